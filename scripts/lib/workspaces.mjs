// Ends workspace hosts that outlived their web process. They stop their shells and clusters themselves.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { inRoot } from "./paths.mjs";

/** A host gives its cluster 3 s, then ends; longer than that it hangs. */
const GRACE_MS = 6_000;

/** The pid of the host that owns a workspace's folder; undefined when none runs. */
function hostOf(folder) {
  try {
    const [pid] = readFileSync(path.join(folder, "host.pid"), "utf8").split(" ");
    process.kill(Number(pid), 0);
    // The number may belong to somebody else by now. Where there is no /proc the file has to be believed.
    const args = readArguments(Number(pid));
    return args === undefined || args.includes(folder) ? Number(pid) : undefined;
  } catch {
    return undefined; // no file, or no such process
  }
}

function readArguments(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
  } catch {
    return undefined;
  }
}

async function end(folder) {
  const pid = hostOf(folder);
  if (!pid) return;
  process.kill(pid, "SIGTERM");
  for (const from = performance.now(); hostOf(folder) === pid; await sleep(20))
    if (performance.now() - from > GRACE_MS) {
      process.kill(pid, "SIGKILL");
      return;
    }
}

export async function endWorkspaces(dataDir) {
  const folder = path.join(path.resolve(inRoot(), dataDir), "workspaces");
  let names = [];
  try {
    names = readdirSync(folder);
  } catch {
    return; // never started
  }
  await Promise.all(names.map((name) => end(path.join(folder, name))));
}
