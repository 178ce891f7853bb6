import type { Quotas } from "./quotas.ts";

/**
 * The words before a command that set its limits. They come first inside the walls: RLIMIT_NPROC counts per user
 * namespace, so set there it is this sandbox's own, and no program in it can raise it again.
 */
export function limitWords(quotas: Quotas): string[] {
  const limits = {
    nproc: quotas.processes,
    nofile: quotas.openFiles,
    fsize: quotas.fileBytes,
    // Not the address space, of which Node and Go reserve more than they use.
    data: quotas.memoryBytes,
    core: 0,
    memlock: 64 * 1024,
    msgqueue: 0,
    sigpending: 1024,
    // Real-time priorities and better niceness than given.
    rtprio: 0,
    nice: 0,
  };
  return [
    ...["/usr/bin/nice", "-n", String(quotas.nice), "/usr/bin/prlimit"],
    ...Object.entries(limits).map(([name, value]) => `--${name}=${value}:${value}`),
    "--",
  ];
}
