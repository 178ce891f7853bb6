import type { ContainerContext, Program, RunningProgram } from "../../container/index.ts";
import type { Connection } from "../../network/index.ts";
import { MAX_LINE_BYTES } from "../limits.ts";

/** Istio's tcp-echo-server: answers each line with a prefix before it. Arguments: `PORT[,PORT…] PREFIX`. */
export const tcpEcho: Program = {
  images: ["istio/tcp-echo-server", "registry.istio.io/release/tcp-echo-server"],
  entrypoint: ["/bin/tcp-echo"],
  cmd: ["9000", "hello"],
  hasShell: false,
  start,
};

// A Go program without a handler for SIGTERM ends with status 2 when it is process 1.
const TERMINATED = 2;

function start(context: ContainerContext): RunningProgram {
  const [ports, prefix, ...more] = context.command.slice(1);
  if (ports === undefined || prefix === undefined || more.length > 0) {
    context.stdout(
      "you should run it like: 'main [PORTS...] prefix' , please notice PORTS are comma-delineated , like  port 1[,port 2]  \n",
    );
    return { exited: Promise.resolve(1), kill: () => undefined };
  }
  const open = new Set<Connection>();
  const listeners = ports.split(",").map((port) => {
    context.stdout(`listening on [::]:${port}, prefix: ${prefix}\n`);
    return context.network.listen({ port: Number(port) }, (connection) => {
      open.add(connection);
      connection.once("close", () => open.delete(connection));
      converse(connection, prefix, context);
    });
  });
  let exit: (code: number) => void = () => undefined;
  const exited = new Promise<number>((resolve) => {
    exit = resolve;
  });
  const end = (code: number) => {
    for (const listener of listeners) listener.dispose();
    for (const connection of open) connection.destroy();
    exit(code);
  };
  context.terminate.addEventListener("abort", () => end(TERMINATED), { once: true });
  return { exited, kill: () => end(137) };
}

/** Whole lines only; what is left when the client ends is not answered. */
function converse(connection: Connection, prefix: string, { stdout }: ContainerContext): void {
  let waiting = Buffer.alloc(0);
  connection.on("data", (chunk: Buffer) => {
    waiting = Buffer.concat([waiting, chunk]);
    for (let end = waiting.indexOf(10); end >= 0; end = waiting.indexOf(10)) {
      const line = waiting.subarray(0, end + 1);
      waiting = waiting.subarray(end + 1);
      stdout(`request: ${line.toString("utf8")}`);
      const answer = Buffer.concat([Buffer.from(`${prefix} `), line]);
      stdout(`response: ${answer.toString("utf8")}`);
      connection.write(answer);
    }
    if (waiting.length > MAX_LINE_BYTES) connection.destroy();
  });
  connection.on("end", () => connection.end());
  connection.on("error", (error) => stdout(`failed to read data, err: ${error.message}\n`));
}
