import type { ContainerContext, Program, RunningProgram } from "../../container/index.ts";
import type { Connection } from "../../network/index.ts";
import { redisCli } from "./cli.ts";
import { runCommand } from "./commands.ts";
import { CommandReader, encode, failure, ProtocolError } from "./protocol.ts";
import { RedisStore } from "./store.ts";

const VERSION = "7.4.1";
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** redis: strings, lists and hashes in memory, the commands people try by hand, and redis-cli with a command. */
export const redis: Program = {
  images: ["redis", "bitnami/redis"],
  entrypoint: ["docker-entrypoint.sh"],
  cmd: ["redis-server"],
  workingDir: "/data",
  commands: ["redis-cli"],
  hasShell: true,
  runs: (executable) => /(^|\/)(redis-server|docker-entrypoint\.sh)$/.test(executable),
  start,
};

function start(context: ContainerContext): RunningProgram {
  const { clock, command } = context;
  const flag = command.indexOf("--port");
  const port = Number(flag > 0 ? command[flag + 1] : 0) || 6379;
  const store = new RedisStore(clock);
  const begun = clock.monotonic();
  const open = new Set<Connection>();
  const say = (text: string) => context.stdout(`1:M ${stamp(clock.now())} * ${text}\n`);
  say("oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo");
  say(`Redis version=${VERSION}, bits=64, commit=00000000, modified=0, pid=1, just started`);
  say(`Running mode=standalone, port=${port}.`);
  say("Server initialized");
  const info = () =>
    infoText({ store, clients: open.size, seconds: Math.floor((clock.monotonic() - begun) / 1000), port });
  const listener = context.network.listen({ port }, (connection) => {
    open.add(connection);
    connection.once("close", () => open.delete(connection));
    converse(connection, (words) => runCommand(words, store, info));
  });
  say("Ready to accept connections tcp");
  let exit: (code: number) => void = () => undefined;
  const exited = new Promise<number>((resolve) => {
    exit = resolve;
  });
  const end = (code: number) => {
    listener.dispose();
    for (const connection of open) connection.destroy();
    exit(code);
  };
  const onTerminate = () => {
    context.stdout(
      `1:signal-handler (${Math.floor(clock.now() / 1000)}) Received SIGTERM scheduling shutdown...\n`,
    );
    say("User requested shutdown...");
    end(0);
  };
  context.terminate.addEventListener("abort", onTerminate, { once: true });
  return {
    exited,
    kill: () => end(137),
    exec: (io) =>
      /^(\/usr\/local\/bin\/)?redis-cli$/.test(io.command[0] ?? "")
        ? redisCli(io.command.slice(1), io, context)
        : undefined,
  };
}

function converse(
  connection: Connection,
  run: (words: readonly string[]) => Parameters<typeof encode>[0],
): void {
  const reader = new CommandReader();
  connection.on("data", (chunk: Buffer) => {
    try {
      for (const words of reader.push(chunk)) {
        connection.write(encode(run(words)));
        if (words[0]?.toLowerCase() === "quit") connection.end();
      }
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      connection.end(encode(failure(`ERR Protocol error: ${error.message}`)));
    }
  });
  connection.on("end", () => connection.end());
  connection.on("error", () => connection.destroy());
}

interface InfoFacts {
  readonly store: RedisStore;
  readonly clients: number;
  readonly seconds: number;
  readonly port: number;
}

function infoText({ store, clients, seconds, port }: InfoFacts): string {
  const keys = store.keys("*").length;
  return [
    "# Server",
    `redis_version:${VERSION}`,
    "redis_mode:standalone",
    `tcp_port:${port}`,
    `uptime_in_seconds:${seconds}`,
    "",
    "# Clients",
    `connected_clients:${clients}`,
    "",
    "# Memory",
    `used_memory:${store.bytes()}`,
    "",
    "# Replication",
    "role:master",
    "connected_slaves:0",
    "",
    "# Keyspace",
    ...(keys > 0 ? [`db0:keys=${keys},expires=0,avg_ttl=0`] : []),
    "",
  ].join("\r\n");
}

/** `23 Nov 2026 15:04:05.123`. */
function stamp(ms: number): string {
  const at = new Date(ms);
  const day = String(at.getUTCDate()).padStart(2, "0");
  return `${day} ${MONTHS[at.getUTCMonth()]} ${at.getUTCFullYear()} ${at.toISOString().slice(11, 23)}`;
}
