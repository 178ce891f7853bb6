import { readdirSync, readFileSync } from "node:fs";

interface ProcessRow {
  readonly pid: number;
  readonly parent: number;
  readonly cpuMs: number;
}

/** Linux counts a process's time in ticks of USER_HZ, which is 100 on every platform Node runs on (proc(5)). */
const TICK_MS = 10;

/** Processor time of each of these processes with all that they started; empty where there is no /proc. */
export function treesCpuMs(pids: readonly number[]): Map<number, number> {
  const rows = readProcesses();
  return new Map(
    pids.map((pid) => [pid, treeOf(pid, rows).reduce((sum, row) => sum + row.cpuMs, 0)] as const),
  );
}

/** Memory of a process with all that it started, shared pages counted in parts (PSS); undefined where it cannot be told. */
export function treeMemoryBytes(pid: number): number | undefined {
  const sizes = treeOf(pid, readProcesses()).flatMap(({ pid: of }) => {
    const found = /^Pss: +(\d+) kB$/m.exec(readOr(`/proc/${of}/smaps_rollup`));
    return found ? [Number(found[1]) * 1024] : [];
  });
  return sizes.length === 0 ? undefined : sizes.reduce((sum, size) => sum + size, 0);
}

function treeOf(root: number, rows: readonly ProcessRow[]): ProcessRow[] {
  const children = new Map<number, ProcessRow[]>();
  for (const row of rows) children.set(row.parent, [...(children.get(row.parent) ?? []), row]);
  const found = rows.filter(({ pid }) => pid === root);
  for (let index = 0; index < found.length; index++)
    found.push(...(children.get(found[index]?.pid ?? -1) ?? []));
  return found;
}

function readProcesses(): ProcessRow[] {
  let names: string[];
  try {
    names = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  } catch {
    return []; // not Linux
  }
  return names.flatMap((name) => {
    // The command may hold blanks and brackets; what we want stands after the last one.
    const fields = readOr(`/proc/${name}/stat`).split(") ").pop()?.split(" ") ?? [];
    const [, parent] = fields;
    if (parent === undefined) return []; // it has just ended
    const ticks = Number(fields[11]) + Number(fields[12]);
    return [{ pid: Number(name), parent: Number(parent), cpuMs: ticks * TICK_MS }];
  });
}

function readOr(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return ""; // it has just ended, or is somebody else's
  }
}
