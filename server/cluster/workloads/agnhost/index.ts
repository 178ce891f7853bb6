import type { ContainerContext, Program, RunningProgram } from "../../container/index.ts";
import { handlerOf, peerOf, serveUntilEnd, type WebAnswer, type WebRequest } from "../http/web.ts";

const TEXT = { "content-type": "text/plain; charset=utf-8" };
const text = (body: string, status = 200): WebAnswer => ({ status, headers: TEXT, body });

/** registry.k8s.io/e2e-test-images/agnhost: pause, netexec and serve-hostname over HTTP. */
export const agnhost: Program = {
  images: ["registry.k8s.io/e2e-test-images/agnhost", "k8s.gcr.io/e2e-test-images/agnhost"],
  entrypoint: ["/agnhost"],
  cmd: ["pause"],
  hasShell: true,
  runs: (executable) => executable.endsWith("agnhost"),
  start,
};

function portOf(command: readonly string[], name: string, fallback: number): number {
  const word = command.find((arg) => new RegExp(`^--?${name}(=|$)`).test(arg));
  if (word === undefined) return fallback;
  return Number(word.includes("=") ? word.split("=")[1] : command[command.indexOf(word) + 1]) || fallback;
}

function start(context: ContainerContext): RunningProgram {
  const { command, env } = context;
  switch (command[1]) {
    case "netexec":
      return netexec(context, portOf(command, "http-port", 8080));
    case "serve-hostname":
      return serve(context, portOf(command, "port", 9376), () => text(env.HOSTNAME ?? ""));
    case "pause": {
      context.stdout("Paused\n");
      return serveUntilEnd(context, { ports: [], handler: () => undefined, terminated: 0 });
    }
    default:
      context.stderr(`agnhost: ${command[1] ?? "no command"} is not supported by the practice cluster\n`);
      return { exited: Promise.resolve(1), kill: () => undefined };
  }
}

function serve(
  context: ContainerContext,
  ...[port, handle]: [port: number, handle: (request: WebRequest) => WebAnswer | Promise<WebAnswer>]
): ReturnType<typeof serveUntilEnd> {
  return serveUntilEnd(context, { ports: [port], handler: handlerOf({ handle }, context), terminated: 0 });
}

function netexec(context: ContainerContext, port: number): RunningProgram {
  const { clock, env, stdout } = context;
  stdout(`Started HTTP server on port ${port}\n`);
  const begun = clock.monotonic();
  let ready = true;
  const running = serve(context, port, (request) => {
    const { path, query } = request;
    stdout(`${new Date(clock.now()).toISOString()} GET ${request.target}\n`);
    switch (path) {
      case "/":
        return text(
          `NOW: ${new Date(clock.now()).toISOString().replace("T", " ").replace("Z", " +0000 UTC")} m=+${((clock.monotonic() - begun) / 1000).toFixed(9)}`,
        );
      case "/hostname":
      case "/hostName":
        return text(env.HOSTNAME ?? "");
      case "/clientip":
        return text(`${peerOf(request)}:${request.incoming.socket.remotePort ?? 0}`);
      case "/echo":
        return text(query.get("msg") ?? "", Number(query.get("code") ?? 200) || 200);
      case "/header":
        return text(request.header(query.get("key") ?? "") ?? "");
      case "/healthz":
        return ready ? text("") : text("", 412);
      case "/shutdown":
        ready = false;
        running.end(0);
        return text("");
      case "/exit":
        running.end(Number(query.get("code") ?? 0));
        return text("");
      default:
        return text(`${path} is not supported by the practice cluster\n`, 501);
    }
  });
  return running;
}
