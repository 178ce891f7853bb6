import { MEMORY_LOOK_MS, MEMORY_LOOK_SOON_MS } from "./limits.ts";
import { memoryOf, nameOf, sendSignal } from "./processes.ts";

export interface MemoryWatchDeps {
  readonly limitBytes: number;
  /** The learner's processes now. */
  readonly processes: () => readonly number[];
  readonly tell: (sentence: string) => void;
}

/**
 * Limits the memory of all the learner's programs together: a limit of the kernel's is for one process, and their
 * product with the number of processes is many times the machine. Above it the largest one ends.
 */
export function watchMemory(deps: MemoryWatchDeps): () => void {
  let timer: NodeJS.Timeout | undefined;
  const look = () => {
    const taken = deps.processes().map((pid) => ({ pid, bytes: memoryOf(pid) }));
    const sum = taken.reduce((total, { bytes }) => total + bytes, 0);
    if (sum > deps.limitBytes) endLargest(taken, deps);
    timer = setTimeout(look, sum > deps.limitBytes / 2 ? MEMORY_LOOK_SOON_MS : MEMORY_LOOK_MS).unref();
  };
  timer = setTimeout(look, MEMORY_LOOK_MS).unref();
  return () => clearTimeout(timer);
}

function endLargest(
  taken: readonly { readonly pid: number; readonly bytes: number }[],
  { limitBytes, tell }: MemoryWatchDeps,
): void {
  const [largest] = [...taken].sort((one, other) => other.bytes - one.bytes);
  if (!largest) return;
  const name = nameOf(largest.pid) ?? "a program";
  sendSignal(largest.pid, "SIGKILL");
  tell(
    `${name} was ended: your programs together may take ${megabytes(limitBytes)} of memory; it had ${megabytes(largest.bytes)}.`,
  );
}

export const megabytes = (bytes: number) => `${Math.round(bytes / 1024 / 1024)} MB`;
