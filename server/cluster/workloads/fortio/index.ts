import type { ContainerContext, ExecIO, Program, RunningProgram } from "../../container/index.ts";
import { toLog } from "../http/to-log.ts";
import { serveUntilEnd } from "../http/web.ts";
import { FortioClient, isOk } from "./client.ts";
import { FlagError, type FortioFlags, parseFlags } from "./flags.ts";
import { FORTIO_VERSION, fortioLoad } from "./load.ts";
import { echoHandler } from "./server.ts";

const PORT = 8080;

/** fortio 1.60: `load` and `curl` as commands, the http echo server on 8080. No user interface, gRPC, UDP or TCP. */
export const fortio: Program = {
  images: ["fortio/fortio", "istio/fortio"],
  entrypoint: ["/usr/bin/fortio"],
  cmd: ["server", "-config-dir", "/etc/fortio"],
  workingDir: "/var/lib/fortio",
  hasShell: false,
  start,
};

function start(context: ContainerContext): RunningProgram {
  const [, command = "server", ...args] = context.command;
  if (command === "server") return serve(context, args);
  const killed = new AbortController();
  context.terminate.addEventListener("abort", () => killed.abort(), { once: true });
  const io = ownIO(context, killed.signal);
  return {
    exited: runCommand({ ...io, command: [command, ...args] }, context),
    kill: () => killed.abort(),
    exec: execIn(context),
  };
}

function serve(context: ContainerContext, args: readonly string[]): RunningProgram {
  const flag = args.findIndex((arg) => /^--?http-port$/.test(arg));
  const port = Number(args[flag + 1]) && flag >= 0 ? Number(args[flag + 1]) : PORT;
  context.stdout(`Fortio ${FORTIO_VERSION} http-echo server listening on tcp [::]:${port}\n`);
  context.stdout("Debug endpoint on /debug, Additional Echo on /debug/echo/\n");
  const handler = echoHandler(context);
  return { ...serveUntilEnd(context, { ports: [port], handler, terminated: 0 }), exec: execIn(context) };
}

const execIn =
  (context: ContainerContext) =>
  (io: ExecIO): Promise<number> | undefined => {
    const [program = "", ...rest] = io.command;
    return /^(\/usr\/bin\/)?fortio$/.test(program)
      ? runCommand({ ...io, command: rest }, context)
      : undefined;
  };

async function runCommand(io: ExecIO, context: ContainerContext): Promise<number> {
  const [command, ...args] = io.command;
  try {
    if (command === "load") return await fortioLoad(parseFlags(args), io, context);
    if (command === "curl") return await curl(parseFlags(args), io, context);
    if (command === "version" || command === "-version") {
      io.stdout.write(`${FORTIO_VERSION}\n`);
      return 0;
    }
    throw new FlagError(`fortio: command "${command ?? ""}" is not supported by the practice cluster`);
  } catch (error) {
    if (!(error instanceof FlagError)) throw error;
    io.stderr.write(`${error.message}\n`);
    return 1;
  }
}

/** Headers to standard error, the body to standard output. */
async function curl(flags: FortioFlags, io: ExecIO, context: ContainerContext): Promise<number> {
  const client = new FortioClient(flags, context);
  const { code, head, body } = await client.fetch();
  client.close();
  if (code < 0) {
    io.stderr.write(`Error: unable to connect to ${flags.url.host}\n`);
    return 1;
  }
  io.stderr.write(head);
  io.stdout.write(body);
  return isOk(code) ? 0 : 1;
}

function ownIO({ stdout, stderr, env, command }: ContainerContext, signal: AbortSignal): ExecIO {
  return { command, env, stdout: toLog(stdout), stderr: toLog(stderr), tty: false, signal };
}
