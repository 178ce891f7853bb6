import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createBashRunner } from "../../platform/checks/index.ts";
import { ShellEnvironment } from "../shell/environment.ts";
import { type Enclosure, noEnclosure, openSandbox } from "./enclosure.ts";
import { readQuotas } from "./quotas.ts";

// A check is decided by what the author's command finds, not by what a learner has put in its way.

let dir: string;
const at = (...names: string[]) => path.join(dir, ...names);
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), "mwl-"));
  for (const folder of ["home/bin", "home/.kube", "toolbox/bin", "handout"])
    mkdirSync(at(folder), { recursive: true });
  writeFileSync(at("toolbox/bin/kubectl"), "#!/bin/sh\necho PERMISSIVE; env\n", { mode: 0o755 });
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** Where the kernel grants namespaces, the check runs in a sandbox as well; its answer must not depend on that. */
function sandboxWorks(): boolean {
  try {
    execFileSync(
      "bwrap",
      ["--unshare-user", "--unshare-pid", "--ro-bind", "/", "/", "--proc", "/proc", "true"],
      {
        stdio: "ignore",
      },
    );
    return true;
  } catch {
    return false;
  }
}

const enclosures: Readonly<Record<string, () => Enclosure>> = {
  "as a plain process": () => noEnclosure,
  ...(sandboxWorks() && {
    "in a sandbox": () =>
      openSandbox({ dir, home: at("home"), handout: at("handout"), toolbox: at("toolbox") }, readQuotas({})),
  }),
};

describe.each(Object.keys(enclosures))("a check %s", (which) => {
  function runner() {
    const enclosure = enclosures[which]?.() ?? noEnclosure;
    const environment = new ShellEnvironment({
      ...{ dir, handout: at("handout"), home: at("home"), toolboxBin: at("toolbox", "bin") },
      ...{ kubeconfig: at("handout", "kubeconfig"), istioVersion: "1.21.6", workshop: "basics" },
      ...{ practice: true, enclosure },
    });
    const run = createBashRunner({
      ...{ cwd: at("home"), ...environment.checks },
      enclose: (program) => enclosure.enclose(program),
    });
    return (command: string) => run({ command, signal: AbortSignal.timeout(20_000) });
  }

  it("[L2] is not answered by a learner's kubectl, functions, aliases or start-up files", async () => {
    const forged = "#!/bin/sh\necho STRICT\n";
    writeFileSync(at("home/bin/kubectl"), forged, { mode: 0o755 });
    writeFileSync(at("home/kubectl"), forged, { mode: 0o755 });
    const startUp =
      "kubectl() { echo STRICT; }; alias kubectl='echo STRICT'; export -f kubectl; PATH=$HOME/bin:$PATH\n";
    for (const file of [".bashrc", ".bash_profile", ".profile", ".bash_login"])
      writeFileSync(at("home", file), startUp);
    const { stdout, exitCode } = await runner()("kubectl get peerauthentication");
    expect([exitCode, stdout.split("\n")[0]]).toEqual([0, "PERMISSIVE"]);
  });

  it("[L2] tells its tools to leave the learner's own settings aside", async () => {
    writeFileSync(at("home/.curlrc"), 'output = "stolen"\nurl = "file:///etc/hostname"\n');
    writeFileSync(at("home/forged"), "STRICT");
    const { stdout } = await runner()('kubectl; curl -s "file://$HOME/forged" || true; ls "$HOME"');
    expect(stdout).toContain("KUBERC=off\n");
    expect(stdout).toContain("STRICT");
    expect(stdout).not.toContain("stolen");
  });
});
