// `meshwork shell`: a workspace in one's own terminal. Each run gets a temporary folder of its own, which must be empty
// afterwards, and no process may remain that was started inside.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "@playwright/test";
import { spawn as spawnPty } from "node-pty";
import { processesOf } from "./support/processes.ts";

const program = path.resolve(import.meta.dirname, "..", "bin", "meshwork.mjs");
let folder: string;
const environment = () => ({ ...process.env, MESHWORK_PREBUILT: "1", TMPDIR: folder });
test.beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "meshwork-e2e-"));
});
test.afterEach(async () => {
  expect(processesOf(folder)).toEqual([]);
  expect(readdirSync(folder)).toEqual([]);
  await rm(folder, { recursive: true, force: true });
});

interface Outcome {
  readonly code: unknown;
  readonly out: string;
  readonly err: string;
}

async function meshwork(args: readonly string[], during?: (child: ChildProcess) => void): Promise<Outcome> {
  const child = spawn(process.execPath, [program, ...args], {
    env: environment(),
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [out, err] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => {
    out += chunk.toString("utf8");
  });
  child.stderr.on("data", (chunk: Buffer) => {
    err += chunk.toString("utf8");
    during?.(child);
  });
  const [code] = await once(child, "close");
  return { code, out, err };
}

test("the command's output and exit code are its own", async () => {
  const { code, out, err } = await meshwork([
    "shell",
    "-c",
    "kubectl get nodes -o name; setsid sleep 12347 >/dev/null 2>&1 & exit 7",
  ]);
  expect({ code, out }).toEqual({ code: 7, out: expect.stringMatching(/^(node\/[\w-]+\n)+$/) });
  expect(err).toContain("Starting the practice cluster …\n");
});

test("--lab prepares the lab before the command runs", async () => {
  const command = "kubectl get pods -n istioinaction --no-headers; echo $? $GATEWAY_IP; basename $PWD";
  const { code, out, err } = await meshwork(["shell", "--lab", "secure-services-mtls", "-c", command]);
  expect({ code, err }).toEqual({ code: 0, err: expect.stringContaining("Preparing the lab (1 of ") });
  const lines = out.trimEnd().split("\n");
  expect(lines.splice(-2)).toEqual(["0 127.0.0.1", "istio-basics"]);
  expect(lines.length).toBeGreaterThan(2);
  for (const line of lines) expect(line).toMatch(/^\S+ +2\/2 +Running +0 +\S+$/);
});

test("an unknown lab is refused with those there are; so are other things that cannot be", async () => {
  const unknown = await meshwork(["shell", "--lab", "mtsl"]);
  expect(unknown).toEqual({
    code: 1,
    out: "",
    err: expect.stringMatching(
      /^Error: There is no lab "mtsl"\. The labs are:\n {2}.*secure-services-mtls {3}\S/s,
    ),
  });
  expect(await meshwork(["shell", "--kubeconfig", "/nowhere/config"])).toEqual({
    ...{ code: 1, out: "", err: "Error: /nowhere/config does not exist.\n" },
  });
  expect((await meshwork(["shell", "--nonsense"])).err).toMatch(/^Error: Unknown option '--nonsense'/);
});

test("interactive: a prompt, a pty, the last command's exit code", async () => {
  const pty = spawnPty(process.execPath, [program, "shell"], { env: environment(), cols: 100, rows: 30 });
  let text = "";
  pty.onData((data) => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with a control character
    text += data.replace(/\x1b\[[?\d;]*[a-zA-Z]/g, "");
  });
  const ended = new Promise<number>((resolve) => pty.onExit(({ exitCode }) => resolve(exitCode)));
  await expect.poll(() => text, { timeout: 30_000 }).toMatch(/[$#] $/);
  pty.write("tty; stty size; kubectl config current-context\r");
  await expect.poll(() => text).toMatch(/\/dev\/pts\/\d+\r\n30 100\r\npractice\r\n/);
  pty.write("echo as''leep; sleep 1000\r");
  await expect.poll(() => text).toContain("asleep\r\n");
  pty.write("\x03");
  await expect.poll(() => text).toMatch(/\^C[^$#]*[$#] $/);
  pty.write("echo af''ter; exit 5\r");
  expect(await ended).toBe(5);
  expect(text).toContain("after");
});

test("told to stop while it prepares, it cleans up", async () => {
  let told = false;
  const { code, out } = await meshwork(
    ["shell", "--lab", "secure-services-mtls", "-c", "echo never"],
    (child) => {
      if (!told) child.kill("SIGTERM");
      told = true;
    },
  );
  expect({ code, out }).toEqual({ code: 143, out: "" });
});
