import { chmodSync, existsSync, mkdtempSync, realpathSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type Bundles, bundlePrograms, processesNaming } from "../../workspace/testing/bundles.ts";
import { HostClient } from "./host-client.ts";
import { LocalLauncher } from "./local-launcher.ts";
import { openTestTerminal } from "./testing/test-terminal.ts";
import { type IsolationFound, probeIsolation } from "./walls/index.ts";

const testing = path.resolve(import.meta.dirname, "../../workspace/testing");
const modules = realpathSync(path.resolve(import.meta.dirname, "../../../node_modules"));
let bundles: Bundles;
let data: string;
let found: IsolationFound;
let launcher: LocalLauncher;

beforeAll(async () => {
  bundles = await bundlePrograms({ workspace: "server/workspace/main.ts" });
  chmodSync(bundles.folder, 0o755);
  data = mkdtempSync(path.join(tmpdir(), "mws-"));
  const workspacesDir = path.join(data, "workspaces");
  found = await probeIsolation({ workspacesDir, readable: [bundles.folder, modules, testing] });
  launcher = launch();
});
afterAll(async () => {
  await launcher.stop("one");
  await vi.waitFor(() => expect(processesNaming(data)).toEqual([]), { timeout: 10_000 });
  rmSync(data, { recursive: true, force: true });
  bundles.dispose();
});

function launch(): LocalLauncher {
  return new LocalLauncher({
    workspacesDir: path.join(data, "workspaces"),
    command: [process.execPath, bundles.file("workspace")],
    hostArguments: [
      "--cluster-command",
      JSON.stringify([process.execPath, path.join(testing, "fake-cluster.mjs")]),
    ],
    wall: found.wall,
  });
}

it("says what this machine gives, and why when it is less than a sandbox", () => {
  expect(found.reason).toMatch(found.level === "strong" ? /^each workspace runs in/ : /^no sandbox \(.+\)/);
  expect(found.wall?.isolation ?? "none").toBe(found.level);
});

describe("a workspace behind the wall that this machine gives", () => {
  it("has a shell with job control, and its status tells the level", async () => {
    const terminal = await openTestTerminal(await launcher.ensure("one"), "main");
    const { client, type, shows } = terminal;
    expect((await client.status()).isolation).toBe(found.level);
    // The key throws away what is still on its way to the screen: it comes when the pipe is in the foreground, and once.
    await type("sh -c 'echo up-\"\"and-running; exec sleep 600' | cat\r");
    expect(await shows("up-and-running")).toBe(true);
    await type("\x1a");
    expect(await shows(/\[1\]\+\s+Stopped/)).toBe(true);
    await type('cd /tmp; jobs; echo "at $PWD as $(id -u) kc=$KUBECONFIG"\r');
    const [uid, kubeconfig] =
      found.level === "strong" ? ["1000", "/run/meshwork/kubeconfig"] : ["\\d+", "/.+/kubeconfig"];
    expect(await shows(new RegExp(`at /tmp as ${uid} kc=${kubeconfig}`))).toBe(true);
    await client.request("terminal.resize", { terminal: "main", cols: 91, rows: 33 });
    await type("stty size\r");
    expect(await shows("33 91")).toBe(true);
    terminal.close();
  });

  it("a Ctrl-C before the first prompt ends nothing: not the walls around the shell, and not the shell", async () => {
    const address = await launcher.ensure("one");
    for (const terminal of ["early-1", "early-2", "early-3"]) {
      const ends: unknown[] = [];
      let text = "";
      const client = await HostClient.connect(address, "viewer", {
        event: (event) => void ends.push(...(event.event === "terminal-exit" ? [event] : [])),
        output({ data }) {
          text += Buffer.from(data).toString("latin1");
        },
      });
      const type = (seq: number, data: string) =>
        client.request("terminal.input", { ...{ terminal, writer: "an-impatient-one", seq }, data });
      await client.attach({ terminal, cols: 80, rows: 24 });
      await type(1, "\x03\x1c\x1a");
      await vi.waitFor(() => expect(text).toContain("$ "), 10_000);
      // bash may take the first key after an interrupt for a part of it.
      await type(2, '\recho still-""here\r');
      await vi.waitFor(() => expect(text).toContain("still-here"), 10_000);
      expect(ends).toEqual([]);
      await client.request("terminal.close", { terminal });
      client.close();
    }
  });

  it("keeps its files in a folder that is closed to others", () => {
    const folder = path.join(data, "workspaces", "one");
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    const ours = process.getuid?.();
    const owner = statSync(folder).uid;
    expect(owner === ours).toBe(found.level === "none" || ours !== 0);
    expect(existsSync(path.join(folder, "home"))).toBe(true);
  });

  it("is found, used and stopped by the next web", async () => {
    const before = await launcher.ensure("one");
    launcher = launch();
    expect(await launcher.running()).toEqual(["one"]);
    expect(await launcher.ensure("one")).toEqual(before);
    await launcher.stop("one");
    expect(await launcher.running()).toEqual([]);
  });
});
