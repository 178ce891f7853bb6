import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, describe, expect, it } from "vitest";
import { getLab, lintLabs, listLabs, loadLab } from "./labs.ts";

// The labs that come with the project, as they stand in content/.

const run = promisify(execFile);
const removals: string[] = [];
afterEach(async () => {
  for (const folder of removals.splice(0)) await rm(folder, { recursive: true });
});

describe("the project's own labs", () => {
  it("are well written and render", async () => {
    const labs = await listLabs();
    expect(labs.map((lab) => lab.id)).toContain("secure-services-mtls");
    for (const lab of labs) {
      const view = await getLab(lab.id);
      expect(view?.steps.map((step) => step.id)).toEqual(lab.steps.map((step) => step.id));
    }
  });

  it.each(["1.21.6", "1.29.6"])("have nothing for lint to find, for learners of %s", async (istioVersion) => {
    expect(await lintLabs({ istioVersion })).toEqual([]);
  });

  it("teach the workshop in order, each with a quiz at its end", async () => {
    expect((await listLabs()).map(({ id }) => id)).toEqual([
      "install-istio",
      "telemetry-add-ons",
      "ingress-gateway",
      "secure-ingress",
      "add-services-to-the-mesh",
      "secure-services-mtls",
      "control-traffic",
      "decide-who-may-call-whom",
      "debug-the-mesh",
    ]);
    for (const { id } of await listLabs()) {
      const last = JSON.stringify((await getLab(id))?.steps.at(-1)?.body);
      expect(last.split('"dataKind":"quiz"').length - 1, id).toBeGreaterThanOrEqual(2);
    }
  });

  it("the mutual TLS lab has something to check and to do in every step", async () => {
    const lab = await loadLab("secure-services-mtls");
    expect(lab?.prepare.istioProfile).toBe("demo");
    for (const step of lab?.steps ?? []) {
      expect(step.conditions.length, step.id).toBeGreaterThan(0);
      expect(step.solve.length, step.id).toBeGreaterThan(0);
    }
  });

  it("the mutual TLS lab names only files that are there", async () => {
    const lab = await loadLab("secure-services-mtls");
    const commands = [...(lab?.prepare.commands ?? []), ...(lab?.steps.flatMap((step) => step.solve) ?? [])];
    const named = commands.flatMap(
      (command) => command.match(/(?<![\w/])(?:sample-apps|labs)\/[\w./-]+/g) ?? [],
    );
    const made = /certs\/(ca\/|istioinaction)/; // by make-certs.sh
    for (const path of new Set(named.filter((one) => !made.test(one))))
      expect((await stat(join(lab?.filesDir ?? "", path))).isFile() || path.endsWith("/"), path).toBe(true);
    expect(named.length).toBeGreaterThan(5);
  });

  it("web-api.yaml shows its service account as the lab says", async () => {
    const lab = await loadLab("secure-services-mtls");
    const text = await readFile(join(lab?.filesDir ?? "", "sample-apps/web-api.yaml"), "utf8");
    const lines = text.split("\n");
    const at = lines.flatMap((line, index) => (line.includes("ServiceAccount") ? [index] : []));
    expect(at).toHaveLength(1);
    const shown = lines.slice(at[0], (at[0] ?? 0) + 4);
    expect(shown).toEqual(["kind: ServiceAccount", "metadata:", "  name: web-api", "---"]);
  });

  it("make-certs.sh makes a chain that openssl accepts, once", async () => {
    const lab = await loadLab("secure-services-mtls");
    const folder = await mkdtemp(join(tmpdir(), "meshwork-certs-"));
    removals.push(folder);
    const script = join(folder, "make-certs.sh");
    await cp(join(lab?.filesDir ?? "", "labs/02/certs/make-certs.sh"), script);
    await run("bash", [script]);
    const first = await readFile(join(folder, "istioinaction.io.crt"), "utf8");
    const verified = await run(
      "openssl",
      ["verify", "-CAfile", "ca/root-ca.crt", "-verify_hostname", "istioinaction.io", "istioinaction.io.crt"],
      { cwd: folder },
    );
    expect(verified.stdout).toBe("istioinaction.io.crt: OK\n");
    await run("bash", [script]);
    expect(await readFile(join(folder, "istioinaction.io.crt"), "utf8")).toBe(first);
  });
});
