import { readdirSync, readFileSync } from "node:fs";

/** Every process that descends from this one, and it itself; parents first. A process that ends meanwhile is left out. */
export function processTree(root: number): number[] {
  const found = [root];
  for (const pid of found) found.push(...childrenOf(pid));
  return found;
}

/** Whatever thread has started them. The kernel lists them where it was built with CONFIG_PROC_CHILDREN, as distributions do. */
function childrenOf(pid: number): number[] {
  return threadsOf(pid).flatMap((thread) =>
    (read(`/proc/${pid}/task/${thread}/children`) ?? "").split(" ").filter(Boolean).map(Number),
  );
}

function threadsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return []; // it has ended, or there is no /proc
  }
}

/** From the process that was started down to the program it was started for: two that hold a sandbox may stand between. */
export function chainTo(pid: number): readonly [number, ...number[]] {
  const chain: [number, ...number[]] = [pid];
  let at: number | undefined = pid;
  while (at !== undefined && chain.length < 3 && nameOf(at) === "bwrap") {
    at = childrenOf(at)[0];
    if (at !== undefined) chain.push(at);
  }
  return chain;
}

export function innermost(pid: number): number {
  return chainTo(pid).at(-1) ?? pid;
}

export function nameOf(pid: number): string | undefined {
  return read(`/proc/${pid}/comm`)?.trim();
}

/** Memory that would be free without the process: its own, what it shares by a mapping, and what was swapped out. */
export function memoryOf(pid: number): number {
  const status = read(`/proc/${pid}/status`) ?? "";
  const kilobytes = [...status.matchAll(/^(?:RssAnon|RssShmem|VmSwap):\s+(\d+) kB$/gm)].map(([, size]) =>
    Number(size),
  );
  return kilobytes.reduce((sum, size) => sum + size, 0) * 1024;
}

/** Harmless when it has ended, or cannot be ours any more. */
export function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    const gone =
      error instanceof Error && "code" in error && (error.code === "ESRCH" || error.code === "EPERM");
    if (!gone) throw error;
  }
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined; // it has ended, or there is no /proc
  }
}
