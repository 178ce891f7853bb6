import { Readable, Writable } from "node:stream";
import type { ContainerContext } from "../../container/index.ts";
import type { ShellCommand } from "./command.ts";

const NOT_FOUND = 127;

/** The commands that the image's program brings along (redis-cli …), for scripts and prompts. */
export function ownCommands({ own }: ContainerContext): ReadonlyMap<string, ShellCommand> {
  const command =
    (name: string): ShellCommand =>
    async (io) => {
      const running = own?.exec({
        command: [name, ...io.args],
        env: io.env,
        stdin: Readable.from([await io.stdin()]),
        stdout: into((chunk) => io.stdout(chunk)),
        stderr: into((chunk) => io.stderr(chunk.toString("utf8"))),
        tty: false,
        signal: io.signal,
      });
      return running ?? NOT_FOUND;
    };
  return new Map((own?.commands ?? []).map((name) => [name, command(name)]));
}

function into(take: (chunk: Buffer) => void): Writable {
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      take(chunk);
      done();
    },
  });
}
