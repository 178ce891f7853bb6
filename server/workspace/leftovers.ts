import { readdirSync, readFileSync } from "node:fs";

/**
 * Ends every process that was started inside a workspace and outlived its terminal (nohup, setsid, &). They are known
 * by a variable that each of them inherited. Linux only; elsewhere a SIGHUP to the shells has to do.
 */
export function endLeftovers(mark: string, value: string): number[] {
  const wanted = Buffer.from(`\0${mark}=${value}\0`);
  const ended: number[] = [];
  for (const pid of processIds()) {
    if (pid === process.pid) continue;
    try {
      const environment = readFileSync(`/proc/${pid}/environ`);
      if (!Buffer.concat([Buffer.from("\0"), environment, Buffer.from("\0")]).includes(wanted)) continue;
      process.kill(pid, "SIGKILL");
      ended.push(pid);
    } catch {
      // Somebody else's process, or one that has just ended: neither is ours to stop.
    }
  }
  return ended;
}

function processIds(): number[] {
  try {
    return readdirSync("/proc")
      .map(Number)
      .filter((pid) => Number.isInteger(pid) && pid > 1);
  } catch {
    return []; // no /proc
  }
}
