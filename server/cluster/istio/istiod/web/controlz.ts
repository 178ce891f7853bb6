import { isLogLevel, LOG_LEVELS, type LogLevel, type LogScopes } from "../log-scopes.ts";
import type { WebReply } from "./debug.ts";

export interface ControlzRequest {
  readonly method: string;
  readonly path: string;
  readonly body: string;
}

/** ControlZ, as far as istioctl and people ask it: the logging scopes, as JSON at /scopej and as a page. */
export function controlzPage({ method, path, body }: ControlzRequest, scopes: LogScopes): WebReply {
  const [, first, name = ""] = path.split("/");
  if (first === "scopej") {
    if (name === "") return method === "GET" ? json(200, scopes.all()) : text(405, "");
    const scope = scopes.find(name);
    if (!scope) return text(400, `unknown scope name: ${name}\n`);
    if (method === "GET") return json(200, scope);
    return method === "PUT" ? change({ name, body }, scopes) : text(405, "");
  }
  if (method === "GET" && (first === "" || first === "scopez")) return page(scopes);
  return text(404, "404 page not found\n");
}

function change(
  { name, body }: { readonly name: string; readonly body: string },
  scopes: LogScopes,
): WebReply {
  const wanted = parse(body);
  if (typeof wanted !== "object" || wanted === null) return text(400, "unable to decode request\n");
  const level = (field: "output_level" | "stack_trace_level"): LogLevel | undefined => {
    const value: unknown = Reflect.get(wanted, field);
    return isLogLevel(value) ? value : undefined;
  };
  const output = level("output_level");
  const trace = level("stack_trace_level");
  const callers: unknown = Reflect.get(wanted, "log_callers");
  scopes.change(name, {
    ...(output && { output_level: output }),
    ...(trace && { stack_trace_level: trace }),
    ...(typeof callers === "boolean" && { log_callers: callers }),
  });
  return text(202, "");
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** A table to read; levels are set with `istioctl admin log --level` or a PUT. */
function page(scopes: LogScopes): WebReply {
  const rows = scopes
    .all()
    .map(
      ({ name, description, output_level }) =>
        `<tr><td>${name}</td><td>${description}</td><td>${output_level}</td></tr>`,
    );
  const head = `<title>ControlZ: logging scopes</title><h1>Logging scopes</h1><p>PUT {"output_level": "${LOG_LEVELS.join('" | "')}"} to /scopej/NAME sets one.</p>`;
  const table = `<table><tr><th>Scope</th><th>Description</th><th>Level</th></tr>${rows.join("")}</table>`;
  return { status: 200, contentType: "text/html; charset=utf-8", body: `<!doctype html>${head}${table}` };
}

const text = (status: number, body: string): WebReply => ({
  status,
  contentType: "text/plain; charset=utf-8",
  body,
});
const json = (status: number, value: unknown): WebReply => ({
  ...{ status, contentType: "application/json; charset=utf-8", body: `${JSON.stringify(value)}\n` },
});
