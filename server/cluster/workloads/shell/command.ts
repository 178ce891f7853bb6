import type { ContainerContext } from "../../container/index.ts";

/** What a command of the in-container shell is given. Output streams as it is made. */
export interface CommandIO {
  /** Without the command's own name. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** All of standard input; empty when there is none. */
  stdin(): Promise<Uint8Array>;
  stdout(chunk: string | Uint8Array): void;
  stderr(text: string): void;
  readonly stdoutIsTerminal: boolean;
  /** Aborts on Ctrl-C and when the client goes away. */
  readonly signal: AbortSignal;
}

/** Resolves with the exit code. Never rejects for what a user can cause. */
export type ShellCommand = (io: CommandIO, container: ContainerContext) => Promise<number>;

/** 128 + SIGINT: how a command ends that its user interrupts. */
export const INTERRUPTED = 130;
