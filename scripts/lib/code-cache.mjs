// Starts each program that learners get once, so that it leaves V8's code cache behind for all later starts.
import { spawn } from "node:child_process";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { inRoot } from "./paths.mjs";

const WITHIN_MS = 30_000;
const POLL_MS = 20;

const caches = () => readdir(inRoot("dist/code-cache")).catch(() => []);

/** Without a cache programs start slower and are otherwise the same: what goes wrong here is told and no more. */
async function warm(name, folder, args) {
  const env = { PATH: process.env.PATH, HOME: folder };
  const program = [inRoot("dist", `${name}.mjs`), ...args];
  const child = spawn(process.execPath, program, { env, cwd: folder, stdio: "ignore" });
  const ended = new Promise((resolve) => child.once("exit", resolve).once("error", resolve));
  const written = async () =>
    (await caches()).some((file) => /^\w+\.cjs-\w+-\w+$/.test(file) && file.startsWith(name));
  const deadline = performance.now() + WITHIN_MS;
  while (!(await written()) && child.exitCode === null && performance.now() < deadline) await sleep(POLL_MS);
  if (!(await written())) console.warn(`${name} left no code cache; it will start slower.`);
  child.kill("SIGTERM");
  await ended;
}

export async function warmCaches() {
  const folder = await mkdtemp(path.join(tmpdir(), "mw-warm-"));
  const inFolder = (name) => path.join(folder, name);
  try {
    await writeFile(inFolder("token"), "nobody asks for it", { mode: 0o600 });
    await warm("cluster", folder, [
      "--kubeconfig-out",
      inFolder("kubeconfig"),
      "--state-dir",
      inFolder("state"),
    ]);
    await warm("workspace", folder, [
      ...["--dir", inFolder("dir"), "--home", inFolder("home"), "--socket", inFolder("socket")],
      ...["--token-file", inFolder("token"), "--content", inRoot("content")],
    ]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
