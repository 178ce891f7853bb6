import path from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { FakeApi } from "./testing/fake-api.ts";
import { runIstioctl } from "./testing/fake-api.ts";
import { recorded, recordedCluster } from "./testing/recorded.ts";

let cluster: FakeApi;
beforeAll(async () => {
  cluster = await recordedCluster();
});
afterAll(() => cluster.close());

const target = ["deploy/recommendation", "-n", "istioinaction"];
const gateway = ["-f", path.join(import.meta.dirname, "testing/ingressgateway-config-dump.ndjson")];

describe("tables of the recorded proxy", () => {
  it.each([
    ["clusters", ["pc", "cluster", ...target]],
    ["listeners", ["pc", "listeners", ...target]],
    ["listener-types", ["pc", "l", ...target, "--verbose=false"]],
    ["routes", ["proxy-config", "routes", ...target]],
    ["endpoints", ["pc", "ep", ...target]],
    ["all", ["pc", "all", ...target]],
    ["gateway-listeners", ["pc", "listener", ...gateway]],
    ["gateway-routes", ["pc", "route", ...gateway]],
    ["secrets", ["pc", "secret", ...target]],
    ["gateway-secrets", ["pc", "secret", ...gateway]],
    ["proxy-status", ["proxy-status"]],
    ["proxy-status-namespace", ["ps", "-n", "istio-system"]],
    ["inbound-listener-json", ["pc", "l", ...target, "--port", "15006", "-o", "json"]],
    ["inbound-listener-yaml", ["pc", "l", ...target, "--port", "15006", "-o", "yaml"]],
    ["cluster-json", ["pc", "c", ...target, "--fqdn", "web-api.istioinaction", "-o", "json"]],
    ["secrets-json", ["pc", "secret", ...target, "-o", "json"]],
    ["log", ["pc", "log", ...target, "--level", "rbac:debug"]],
  ])("%s", async (name, words) => {
    vi.useFakeTimers({ toFake: ["Date"], now: new Date("2026-11-23T15:00:00Z") });
    try {
      const result = await cluster.run(...words);
      expect({ ...result, stdout: "" }).toEqual({ exitCode: 0, stdout: "", stderr: "" });
      expect(result.stdout).toBe(recorded(`expected/${name}.txt`));
    } finally {
      vi.useRealTimers();
    }
  });

  it("a certificate that has ended is not valid", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: new Date("2026-11-25T00:00:00Z") });
    try {
      const { stdout } = await cluster.run("pc", "secret", ...target);
      expect(stdout.split("\n").map((line) => line.split(/ {2,}/).slice(0, 4))).toEqual([
        ["RESOURCE NAME", "TYPE", "STATUS", "VALID CERT"],
        ["default", "Cert Chain", "ACTIVE", "false"],
        ["ROOTCA", "CA", "ACTIVE", "true"],
        [""],
      ]);
    } finally {
      vi.useRealTimers();
    }
  });

  it("all -o json is Envoy's own dump, fields spelt as Envoy spells them", async () => {
    const { stdout } = await cluster.run("pc", "all", ...target, "-o", "json");
    expect(JSON.parse(stdout)).toEqual(JSON.parse(recorded("recommendation-config-dump.ndjson")));
    expect(stdout).toContain('"transport_protocol": "raw_buffer"');
    expect(stdout.startsWith('{\n    "configs": [\n        {\n')).toBe(true);
  });

  it("every form of a target means the same pod", async () => {
    const pod = "recommendation-64dcc5889f-w9l2m";
    const forms = [
      [pod, "-n", "istioinaction"],
      [`${pod}.istioinaction`],
      [`pod/${pod}.istioinaction`],
      ["deployment/recommendation.istioinaction"],
      ["svc/recommendation.istioinaction"],
    ];
    const printed = await Promise.all(forms.map((words) => cluster.run("pc", "cluster", ...words)));
    expect(new Set(printed.map(({ stdout }) => stdout))).toEqual(
      new Set([recorded("expected/clusters.txt")]),
    );
  });
});

describe("filters", () => {
  const cells = async (part: string, ...filters: string[]) => {
    const { stdout } = await cluster.run("pc", part, ...target, ...filters);
    return stdout
      .trimEnd()
      .split("\n")
      .slice(1)
      .map((line) => line.split(/ {2,}| (?=Cluster:|Route:)/).join(" "));
  };

  it("choose clusters by pieces of their names", async () => {
    expect(await cells("c", "--fqdn", "web-api", "--port", "8080", "--direction", "outbound")).toEqual([
      "web-api.istioinaction.svc.cluster.local 8080 - outbound EDS",
    ]);
    expect(await cells("c", "--subset", "v9")).toEqual([]);
  });

  it("choose listeners by what they are", async () => {
    expect(new Set((await cells("l", "--type", "tcp")).map((line) => line.split(" ")[1]))).toEqual(
      new Set(["443", "15001", "15012", "15443", "31400"]),
    );
    expect(await cells("l", "--port", "15021", "--address", "0.0.0.0")).toEqual([
      "0.0.0.0 15021 ALL Inline Route: /healthz/ready*",
    ]);
  });

  it("choose endpoints and routes", async () => {
    expect(await cells("ep", "--cluster", "AGENT", "--status", "healthy")).toEqual([
      "127.0.0.1:15020 HEALTHY OK agent",
    ]);
    expect(await cells("r", "--name", "15014")).toEqual([
      "15014 istiod.istio-system.svc.cluster.local:15014 istiod.istio-system, 10.96.46.184 /*",
    ]);
  });

  it("choose in all tables at once", async () => {
    const all = await cells("all", "--port", "15021", "--name", "none");
    const kinds = all.flatMap((line) => /^(cluster|listener|route|endpoint)\//.exec(line)?.[1] ?? []);
    expect(kinds).toEqual(["cluster", "listener", "listener", "listener", "endpoint"]);
  });
});

describe("version", () => {
  it("names client, control plane and proxies", async () => {
    expect(await cluster.run("version")).toEqual({
      exitCode: 0,
      stdout:
        "client version: 1.21.6\ncontrol plane version: 1.21.6\ndata plane version: 1.21.6 (5 proxies)\n",
      stderr: "",
    });
  });

  it("-o yaml has what -o json has, keys in order", async () => {
    const { stdout } = await cluster.run("version", "-o", "yaml", "--remote=false");
    const revision = "revision: 82f36589b0dacb7c5429d01661f094be9d4531c0";
    const lines = ['golang_version: ""', revision, "status: Clean", "tag: 1.21.6", "version: 1.21.6"];
    expect(stdout).toBe(`clientVersion:\n${lines.map((line) => `  ${line}\n`).join("")}`);
  });

  it("--remote=false asks nobody", async () => {
    expect(await runIstioctl(["version", "--remote=false"], "/nowhere")).toEqual({
      exitCode: 0,
      stdout: "1.21.6\n",
      stderr: "",
    });
  });
});

it("experimental config list: flags that the environment may set", async () => {
  expect((await cluster.run("x", "config", "list")).stdout).toContain(
    "istioNamespace          istio-system     default\n",
  );
});
