import { goDuration } from "../http/go-duration.ts";
import { peerOf, type WebRequest, webProgram } from "../http/web.ts";

/** The value of a Go flag: `-text hi`, `-text=hi`, `--text=hi`. */
function flag(command: readonly string[], name: string): string | undefined {
  for (const [index, word] of command.entries()) {
    const [key = "", ...value] = word.split("=");
    if (key !== `-${name}` && key !== `--${name}`) continue;
    return value.length > 0 ? value.join("=") : command[index + 1];
  }
  return undefined;
}

const plainTime = (ms: number) =>
  new Date(ms).toISOString().slice(0, 19).replace("T", " ").replaceAll("-", "/");

/** hashicorp/http-echo 1.0: one text for every path. */
export const httpEcho = webProgram({
  images: ["hashicorp/http-echo"],
  entrypoint: ["/http-echo"],
  hasShell: false,
  uid: 65532,
  terminated: 0,
  start({ command, env, clock, stdout, stderr }) {
    const listen = flag(command, "listen") ?? ":5678";
    const text = flag(command, "text") ?? env.ECHO_TEXT ?? "hello-world";
    const status = Number(flag(command, "status-code") ?? 200);
    const begun = new WeakMap<WebRequest, number>();
    const line = (words: string) => stderr(`${plainTime(clock.now())} ${words}\n`);
    line(`[INFO] server is listening on ${listen}`);
    return {
      ports: [Number(listen.slice(listen.lastIndexOf(":") + 1)) || 5678],
      handle(request) {
        begun.set(request, clock.monotonic());
        const headers = { "x-app-name": "http-echo", "x-app-version": "1.0.0" };
        if (request.path === "/health")
          return { status: 200, headers: { "content-type": "application/json" }, body: '{"status":"ok"}\n' };
        return {
          status,
          headers: { ...headers, "content-type": "text/plain; charset=utf-8" },
          body: `${text}\n`,
        };
      },
      answered(request, answer) {
        if (request.path === "/health") return;
        const spent = clock.monotonic() - (begun.get(request) ?? clock.monotonic());
        const { method, target } = request;
        const size = Buffer.byteLength(answer.body ?? "");
        const client = `${peerOf(request)}:${request.incoming.socket.remotePort ?? 0}`;
        stdout(
          `${plainTime(clock.now())} ${request.header("host") ?? ""} ${client} "${method} ${target} HTTP/1.1" ${answer.status} ${size} "${request.header("user-agent") ?? ""}" ${goDuration(Math.round(spent * 1e6))}\n`,
        );
      },
      farewell: () => line("[INFO] server received interrupt, shutting down..."),
    };
  },
});
