import type { ContainerContext, Program } from "../../container/index.ts";
import { plainTime } from "../http/clf.ts";
import { type WebAnswer, type WebRequest, webProgram } from "../http/web.ts";
import { ENDPOINTS } from "./answers.ts";
import { failure } from "./exchange.ts";
import { type Dialect, go, python } from "./facts.ts";
import { indexPage } from "./pages.ts";

/** The port of gunicorn's `-b 0.0.0.0:8080`. */
function boundPort(command: readonly string[], fallback: number): number {
  const bind = command.find(
    (word, index) => /^(-b|--bind)$/.test(command[index - 1] ?? "") && word.includes(":"),
  );
  return Number(bind?.slice(bind.lastIndexOf(":") + 1)) || fallback;
}

/** httpbin 0.9 in Python, which logs no requests. */
const pythonHttpbin = webProgram({
  images: ["kennethreitz/httpbin", "kong/httpbin", "citizenstig/httpbin"],
  cmd: ["gunicorn", "-b", "0.0.0.0:80", "httpbin:app", "-k", "gevent"],
  hasShell: true,
  runs: (executable) => /(^|\/)(gunicorn|pipenv)$/.test(executable),
  terminated: 0,
  start(context) {
    const port = boundPort(context.command, 80);
    const line = (text: string) => context.stderr(`[${plainTime(context.clock.now())} +0000] ${text}\n`);
    line("[1] [INFO] Starting gunicorn 19.9.0");
    line(`[1] [INFO] Listening at: http://0.0.0.0:${port} (1)`);
    line("[1] [INFO] Using worker: gevent");
    line("[8] [INFO] Booting worker with pid: 8");
    return {
      ports: [port],
      handle: (request) => answer(request, python, context),
      farewell: () => line("[1] [INFO] Handling signal: term"),
    };
  },
});

/** go-httpbin 2: one structured line for each request. */
const goHttpbin = webProgram({
  images: ["mccutchen/go-httpbin", "ghcr.io/mccutchen/go-httpbin"],
  cmd: ["/bin/go-httpbin"],
  hasShell: false,
  uid: 65532,
  terminated: 0,
  start(context) {
    const { clock } = context;
    const flag = context.command.indexOf("-port");
    const port = Number(flag > 0 ? context.command[flag + 1] : context.env.PORT) || 8080;
    const begun = new WeakMap<WebRequest, number>();
    const line = (level: string, text: string) =>
      context.stderr(`time=${new Date(clock.now()).toISOString()} level=${level} msg=${text}\n`);
    line("INFO", `"go-httpbin listening on http://0.0.0.0:${port}"`);
    return {
      ports: [port],
      handle(request) {
        begun.set(request, clock.monotonic());
        return answer(request, go, context);
      },
      answered(request, { status, body = "" }) {
        const ms = clock.monotonic() - (begun.get(request) ?? clock.monotonic());
        const { method, target } = request;
        const level = status >= 500 ? "ERROR" : status >= 400 ? "WARN" : "INFO";
        const facts = `status=${status} method=${method} uri=${target} size_bytes=${Buffer.byteLength(body)} duration_ms=${ms} user_agent=${request.header("user-agent") ?? '""'} client_ip=${go.origin(request)}`;
        line(level, `"${status} ${method} ${target} ${ms.toFixed(1)}ms" ${facts}`);
      },
      farewell: () => line("INFO", '"shutting down ..."'),
    };
  },
});

async function answer(request: WebRequest, dialect: Dialect, context: ContainerContext): Promise<WebAnswer> {
  const cors = {
    "access-control-allow-origin": request.header("origin") ?? "*",
    "access-control-allow-credentials": "true",
    ...(dialect === python ? { server: "gunicorn/19.9.0" } : {}),
  };
  const { headers, ...rest } = await chosen(request, dialect, context);
  return { ...rest, headers: { ...cors, ...headers } };
}

async function chosen(request: WebRequest, dialect: Dialect, context: ContainerContext): Promise<WebAnswer> {
  if (request.method === "OPTIONS") return preflight(request, dialect);
  const [name = "", ...rest] = request.path.split("/").slice(1);
  if (name === "")
    return {
      status: 200,
      headers: { "content-type": "text/html; charset=utf-8" },
      body: indexPage(ENDPOINTS.keys()),
    };
  return (await ENDPOINTS.get(name)?.({ request, rest, dialect, context })) ?? failure({ dialect }, 404);
}

function preflight(request: WebRequest, dialect: Dialect): WebAnswer {
  const asked = request.header("access-control-request-headers");
  const methods =
    dialect === go
      ? "GET, POST, HEAD, PUT, DELETE, PATCH, OPTIONS"
      : "GET, POST, PUT, DELETE, PATCH, OPTIONS";
  const headers = { "access-control-allow-methods": methods, "access-control-max-age": "3600" };
  return { status: 200, headers: asked ? { ...headers, "access-control-allow-headers": asked } : headers };
}

export const httpbin: readonly Program[] = [pythonHttpbin, goHttpbin];
