import { readFileSync, readlinkSync } from "node:fs";
import { type IPty, spawn } from "node-pty";
import type { TerminalSize } from "../../contracts/index.ts";
import { innermost } from "../sandbox/index.ts";
import type { InputTarget } from "./input-writer.ts";

export interface ShellCommand {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

export interface ShellEvents {
  data(data: Uint8Array): void;
  exit(exitCode: number): void;
}

/** A program on a pty. Every call is harmless after its end. */
export interface Shell extends InputTarget {
  readonly pid: number;
  pause(): void;
  resume(): void;
  resize(size: TerminalSize): void;
  /** Where the shell stands now; undefined when that cannot be known. */
  cwd(): string | undefined;
  kill(): void;
}

export function startShell(command: ShellCommand, size: TerminalSize, events: ShellEvents): Shell {
  const pty = spawn(command.file, [...command.args], {
    ...size,
    name: "xterm-256color",
    cwd: command.cwd,
    env: { ...command.env },
    encoding: null,
  });
  let alive = true;
  // With `encoding: null` node-pty hands out Buffers, whatever its types say.
  pty.onData((data: unknown) => {
    if (data instanceof Uint8Array) events.data(data);
  });
  pty.onExit(({ exitCode }) => {
    alive = false;
    events.exit(exitCode);
  });
  return {
    pid: pty.pid,
    pause: () => alive && pty.pause(),
    resume: () => alive && pty.resume(),
    resize({ cols, rows }) {
      if (!alive || (pty.cols === cols && pty.rows === rows)) return;
      try {
        pty.resize(cols, rows);
      } catch (error) {
        // Between the shell's end and its exit event the descriptor is closed already.
        if (!String(error).includes("EBADF")) throw error;
      }
    },
    descriptor: () => (alive ? openDescriptor(pty) : undefined),
    interrupt() {
      const group = alive ? foregroundGroup(pty.pid) : undefined;
      if (group !== undefined) signal(-group, "SIGINT");
    },
    cwd: () => (alive ? workingDirectory(pty.pid) : undefined),
    kill() {
      if (alive) signal(pty.pid, "SIGHUP");
    },
  };
}

/** node-pty's types hide `fd` and its socket. The socket tells whether the number still is the pty's. */
function openDescriptor(pty: IPty): number | undefined {
  const socket: unknown = Reflect.get(pty, "_socket");
  if (typeof socket === "object" && socket !== null && Reflect.get(socket, "destroyed") === true)
    return undefined;
  const descriptor: unknown = Reflect.get(pty, "fd");
  return typeof descriptor === "number" && descriptor >= 0 ? descriptor : undefined;
}

/** Field 8 of /proc/PID/stat: the process group in the terminal's foreground. The name before it may hold spaces. */
function foregroundGroup(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const group = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[5]);
    return Number.isInteger(group) && group > 1 ? group : undefined;
  } catch {
    return undefined; // no /proc, or the shell has just ended
  }
}

function workingDirectory(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${innermost(pid)}/cwd`);
  } catch {
    return undefined; // no /proc, or the shell has just ended
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}
