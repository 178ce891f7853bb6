import { closeSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";

export class AlreadyOwned extends Error {
  constructor(
    readonly file: string,
    readonly pid: number,
  ) {
    super(`${file} is held by process ${pid}, which is running. Stop that process first.`);
    this.name = "AlreadyOwned";
  }
}

/**
 * Takes a pid file, so that one process owns what lies beside it. A file whose process is gone is taken over: after
 * kill -9 nobody has to clean up by hand. Returns what gives it back.
 */
export function takeLock(file: string): () => void {
  for (let attempt = 0; ; attempt++) {
    try {
      const descriptor = openSync(file, "wx", 0o600);
      writeSync(descriptor, `${process.pid} ${startTime(process.pid) ?? ""}\n`);
      closeSync(descriptor);
      return () => rmSync(file, { force: true });
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
      const owner = lockOwner(file);
      if (owner !== undefined || attempt > 3) throw new AlreadyOwned(file, owner ?? 0);
      rmSync(file, { force: true });
    }
  }
}

/** The pid of the living process that holds the lock. A pid that was given to a later process does not count. */
export function lockOwner(file: string): number | undefined {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return undefined; // nobody holds it
  }
  const [pidText, started] = text.trim().split(" ");
  const pid = Number(pidText);
  if (!Number.isInteger(pid) || pid <= 1 || !isAlive(pid)) return undefined;
  return started && startTime(pid) !== started ? undefined : pid;
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return startTime(pid) !== "zombie";
  } catch (error) {
    // EPERM: it lives, and belongs to somebody else.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** Field 22 of /proc/PID/stat; undefined where there is no /proc. */
function startTime(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" ? "zombie" : fields[19];
  } catch {
    return undefined; // macOS, or it has just ended
  }
}
