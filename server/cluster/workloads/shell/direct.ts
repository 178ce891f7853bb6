import type { Readable } from "node:stream";
import type { ContainerContext, ExecIO } from "../../container/index.ts";
import { MAX_STDIN_BYTES } from "../limits.ts";
import type { ShellCommand } from "./command.ts";

/** Runs a command of ours with its output going straight to the client. */
export function runDirect(
  command: ShellCommand,
  args: readonly string[],
  { io, context }: { readonly io: ExecIO; readonly context: ContainerContext },
): Promise<number> {
  return command(
    {
      args,
      env: io.env,
      cwd: context.workingDir ?? "/",
      stdin: () => (io.tty ? Promise.resolve(Buffer.alloc(0)) : readAll(io.stdin)),
      stdout: (chunk) => io.stdout.write(chunk),
      stderr: (text) => io.stderr.write(text),
      stdoutIsTerminal: io.tty,
      signal: io.signal,
    },
    context,
  );
}

export async function readAll(stream: Readable | undefined): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream ?? []) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > MAX_STDIN_BYTES) break;
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

/** On a terminal Ctrl-C reaches the running command; nothing else of its input does. */
export function interruptible(io: ExecIO): ExecIO {
  if (!io.tty || !io.stdin) return io;
  const stop = new AbortController();
  io.stdin.on("data", (chunk: Buffer) => {
    if (!chunk.includes(3)) return;
    io.stdout.write("^C");
    stop.abort();
  });
  return { ...io, signal: AbortSignal.any([io.signal, stop.signal]) };
}
