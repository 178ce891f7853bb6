import { DiskWatch } from "./disk-watch.ts";
import type { Enclosure } from "./enclosure.ts";
import { watchMemory } from "./memory-watch.ts";
import { chainTo, innermost, processTree, sendSignal } from "./processes.ts";

export interface QuotaWatchDeps {
  /** Children of ours that are no learner's. */
  readonly spared: () => readonly number[];
  /** What was started for the terminals. */
  readonly shells: () => readonly number[];
  readonly tell: (sentence: string) => void;
  readonly failed: (error: unknown) => void;
}

/** Looks after what no limit of the kernel's covers for an ordinary user: memory and disk of all programs together. */
export function watchQuotas({ quotas, writable }: Enclosure, deps: QuotaWatchDeps): () => void {
  if (!quotas || process.platform !== "linux") return () => undefined;
  const { tell, failed } = deps;
  const processes = () => {
    const ours = new Set([process.pid, ...deps.spared().flatMap(processTree)]);
    return processTree(process.pid).filter((pid) => !ours.has(pid));
  };
  const endMemory = watchMemory({ limitBytes: quotas.memoryBytes, processes, tell });
  const disk = new DiskWatch({
    ...{ quotas, folders: writable, tell, failed },
    end: (what) => {
      const shells = deps.shells();
      if (what === "all") for (const pid of shells) sendSignal(pid, "SIGKILL");
      endPrograms(processes(), shells);
    },
  });
  return () => {
    endMemory();
    disk.stop();
  };
}

/** A shell that writes by itself is interrupted as by Ctrl-C; everything else ends. */
function endPrograms(processes: readonly number[], terminals: readonly number[]): void {
  const kept = new Set(terminals.flatMap(chainTo));
  for (const pid of processes) if (!kept.has(pid)) sendSignal(pid, "SIGKILL");
  for (const pid of terminals) sendSignal(innermost(pid), "SIGINT");
}
