import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type FakeApi, fakeApi, runIstioctl } from "../testing/fake-api.ts";

const RULE = `# A route to nowhere.
apiVersion: networking.istio.io/v1beta1
kind: VirtualService
metadata:
  name: web
spec:
  hosts:
  - web
  http:
  - route:
    - destination:
        host: web
        subset: v2
`;
const WARNED = `apiVersion: networking.istio.io/v1beta1
kind: DestinationRule
metadata: {name: db, namespace: shop}
spec:
  host: db
  trafficPolicy:
    tls: {mode: SIMPLE}
`;

const folder = mkdtempSync(path.join(tmpdir(), "meshwork-analyze-"));
const file = (name: string, text: string): string => {
  const at = path.join(folder, name);
  mkdirSync(path.dirname(at), { recursive: true });
  writeFileSync(at, text);
  return at;
};
const rule = file("all/rule.yaml", RULE);
const warned = file("all/deeper/warned.yaml", WARNED);
file("all/readme.md", "# nothing");
const two = file("two.yaml", `${WARNED}---\n\n${RULE}`);
const broken = file("broken.yaml", `a: [\n---\n${WARNED}`);
const right = file("right.yaml", WARNED.replace("SIMPLE", "ISTIO_MUTUAL"));

let cluster: FakeApi;
beforeAll(async () => {
  const namespaced = (namespace: string, name: string, more: object = {}) => ({
    metadata: { namespace, name },
    ...more,
  });
  cluster = await fakeApi({
    objects: {
      "/api/v1/namespaces/default": {},
      "/api/v1/namespaces/shop": {},
      "/api/v1/namespaces": {
        items: [
          { metadata: { name: "default" } },
          { metadata: { name: "shop" } },
          { metadata: { name: "kube-system" } },
        ],
      },
      "/api/v1/services": {
        items: [namespaced("default", "web", { spec: { ports: [{ name: "http", port: 80 }] } })],
      },
      "/apis/networking.istio.io/v1beta1/destinationrules": {
        items: [
          namespaced("default", "web", { spec: { host: "web", subsets: [{ name: "v2" }] } }),
          namespaced("default", "other", { spec: { host: "web", subsets: [{ name: "v2" }] } }),
        ],
      },
    },
    commands: {},
  });
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await cluster.close();
});

const hint = (name: string) =>
  `Info [IST0102] (Namespace ${name}) The namespace is not enabled for Istio injection. Run 'kubectl label namespace ${name} istio-injection=enabled' to enable it, or 'kubectl label namespace ${name} istio-injection=disabled' to explicitly mark it as not needing injection.\n`;
const found = (what: string) =>
  `Error: Analyzers found issues when analyzing ${what}.\nSee https://istio.io/v1.21/docs/reference/config/analysis for more information about causes and resolutions.\n`;
const unverified = (line: number, at = warned) =>
  `Warning [IST0128] (DestinationRule shop/db ${at}:${line}) DestinationRule shop/db in namespace shop has TLS mode set to SIMPLE but no caCertificates are set to validate server identity for host: db\n`;
const noSubset = (at: string, namespace = "default") =>
  `Error [IST0101] (VirtualService ${namespace}/web ${at}) Referenced host+subset in destinationrule not found: "web+v2"\n`;

describe("of a cluster", () => {
  it("says what it finds in the context's namespace, and ends well", async () => {
    expect(await cluster.run("analyze")).toEqual({ exitCode: 0, stdout: hint("default"), stderr: "" });
  });

  it("says it of every namespace but the system's", async () => {
    const stdout = hint("default") + hint("shop");
    expect(await cluster.run("analyze", "-A")).toEqual({ exitCode: 0, stdout, stderr: "" });
  });

  it("says that nothing is wrong", async () => {
    expect(await cluster.run("analyze", "-n", "shop", "-S", "IST0102=Namespace s*")).toEqual({
      exitCode: 0,
      stdout: "\n",
      stderr: "✔ No validation issues found when analyzing namespace: shop.\n",
    });
  });

  it("fails from the level that was asked for", async () => {
    expect(await cluster.run("analyze", "--failure-threshold", "info")).toEqual({
      exitCode: 79,
      stdout: hint("default"),
      stderr: found("namespace: default"),
    });
  });

  it("leaves out what is below the level that was asked for", async () => {
    expect(await cluster.run("analyze", "-A", "--output-threshold", "Warning")).toEqual({
      exitCode: 0,
      stdout: "\n",
      stderr: "✔ No validation issues found when analyzing all namespaces.\n",
    });
  });

  it("names a namespace that is not there, without failing", async () => {
    expect(await cluster.run("analyze", "-n", "nope")).toEqual({
      exitCode: 0,
      stdout: "",
      stderr: 'namespace "nope" not found\n',
    });
  });

  it("lays files over it: their routes find its subsets", async () => {
    const { stdout, exitCode } = await cluster.run("analyze", rule);
    expect({ stdout, exitCode }).toEqual({ stdout: hint("default"), exitCode: 0 });
  });
});

describe("of files alone", () => {
  const offline = (...words: string[]) => runIstioctl(["analyze", "--use-kube=false", ...words]);

  it("names the file and the line of the field", async () => {
    expect(await offline(rule)).toEqual({
      exitCode: 79,
      stdout: noSubset(`${rule}:12`),
      stderr: found("namespace: default"),
    });
  });

  it("counts lines over all documents of a file", async () => {
    expect(await offline(two, "-A")).toEqual({
      exitCode: 79,
      stdout:
        noSubset(`${two}:21`, "").replace("VirtualService /web", "VirtualService web") + unverified(1, two),
      stderr: found("all namespaces"),
    });
  });

  it("goes into a folder, deeper only when asked to", async () => {
    const skipped = `Skipping file ${path.join(folder, "all/readme.md")}, recognized file extensions are: [.json .yaml .yml]\n`;
    const all = path.join(folder, "all");
    expect(await offline(all, "-n", "shop")).toEqual({
      exitCode: 79,
      stdout: noSubset(`${rule}:12`, "shop"),
      stderr: skipped + found("namespace: shop"),
    });
    expect((await offline(all, "-n", "shop", "-R")).stdout).toBe(
      noSubset(`${rule}:12`, "shop") + unverified(1),
    );
  });

  it("says of what was right that it was", async () => {
    expect(await offline(right, "-n", "shop")).toEqual({
      exitCode: 0,
      stdout: "\n",
      stderr: `✔ No validation issues found when analyzing ${right}.\n`,
    });
  });

  it("goes on after what it cannot read, and fails in the end", async () => {
    const { stdout, stderr, exitCode } = await offline(broken, "-n", "shop");
    expect({ stdout, exitCode }).toEqual({ stdout: unverified(3, broken), exitCode: 65 });
    expect(stderr.split("\n").slice(0, 3)).toEqual([
      "Error(s) adding files: 1 error occurred:",
      `\t* errors parsing content "${broken}": 1 error occurred:`,
      expect.stringContaining(`\t* error processing ${broken}[0]: failed converting YAML to JSON: yaml: `),
    ]);
    expect(stderr.endsWith("Error: Some files couldn't be parsed.\n")).toBe(true);
    expect((await offline(broken, "-n", "shop", "--ignore-unknown")).exitCode).toBe(0);
  });

  it("-o json and -o yaml have it as data and do not fail", async () => {
    const object = {
      code: "IST0101",
      documentationUrl: "https://istio.io/v1.21/docs/reference/config/analysis/ist0101/?ref=istioctl-analyze",
      level: "Error",
      message: 'Referenced host+subset in destinationrule not found: "web+v2"',
      origin: "VirtualService default/web",
      reference: `${rule}:12`,
    };
    const json = await offline(rule, "-o", "json");
    expect(json).toEqual({ exitCode: 0, stdout: `${JSON.stringify([object], null, "\t")}\n`, stderr: "" });
    expect((await offline(rule, "-o", "yaml")).stdout).toBe(
      `${Object.entries(object)
        .map(
          ([key, value], index) =>
            `${index === 0 ? "- " : "  "}${key}: ${key === "message" ? `'${value}'` : value}\n`,
        )
        .join("")}\n`,
    );
  });

  it("-v tells which analyzers could not run without a cluster", async () => {
    const { stderr } = await offline(right, "-n", "shop", "-v");
    const [head, skipped = "", executed = ""] = stderr.split(/(?:Skipped|Executed) analyzers:\n/);
    expect(head).toBe("Analyzed resources in namespace: shop\n");
    expect(skipped).toContain("\t virtualservice.DestinationHostAnalyzer\n");
    expect(executed).toContain("\t virtualservice.DestinationRuleAnalyzer\n");
    expect(executed).toContain("\n\n✔ No validation issues found");
  });

  it("needs something to look at", async () => {
    expect(await offline()).toEqual({
      exitCode: 1,
      stdout: "",
      stderr: "Error: at least one file and/or Kubernetes source must be provided\n",
    });
    expect((await offline("/nowhere.yaml")).stderr).toBe(
      "Error: stat /nowhere.yaml: no such file or directory\n",
    );
  });
});

describe("what may be asked", () => {
  it.each([
    [
      "--failure-threshold loud",
      64,
      'Error: invalid argument "loud" for "--failure-threshold" flag: invalid level option\n',
    ],
    ["-S IST0102", 1, "Error: IST0102 is not a valid suppression value. See istioctl analyze --help\n"],
    ["--analyzer x", 64, "Error: unknown flag: --analyzer\n"],
    [
      "--remote-contexts x",
      1,
      "Error: analyze --remote-contexts is not supported by the practice cluster's istioctl yet\n",
    ],
  ])("istioctl analyze %s ends with %i", async (line, exitCode, stderr) => {
    expect(await runIstioctl(["analyze", ...line.split(" ")])).toEqual({ exitCode, stdout: "", stderr });
  });

  it("warns of a code that no release has", async () => {
    const { stderr } = await cluster.run("analyze", "-S", "IST9999=Pod x");
    expect(stderr).toBe(
      "Warning: Supplied message code 'IST9999' is an unknown message code and will not have any effect.\n",
    );
  });

  it("lists the analyzers by name", async () => {
    const { stdout } = await runIstioctl(["analyze", "-L"]);
    const names = [...stdout.matchAll(/^\* (.*):$/gm)].map(([, name]) => name);
    expect(names).toEqual([...names].sort());
    expect(names).toHaveLength(42);
    expect(stdout).toContain(
      "* gateway.SecretAnalyzer:\n    Checks a gateway's referenced secrets for correctness\n",
    );
  });
});
