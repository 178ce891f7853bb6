import type { EnvoyProxy } from "../proxy.ts";
import { clustersJson, clustersText } from "./clusters-page.ts";
import { configDump, dumpOf } from "./config-dump.ts";
import { certs, listeners, logging, runtime, serverInfo } from "./pages.ts";
import { prometheusText, stats } from "./stats-page.ts";
import type { AdminAnswer, AdminDeps } from "./types.ts";

export interface AdminRequest {
  readonly method: string;
  readonly parameters: URLSearchParams;
}

interface Command {
  readonly path: string;
  readonly what: string;
  /** Changes the proxy's state, and so takes a POST. */
  readonly changes?: boolean;
  readonly answer: (deps: AdminDeps, request: AdminRequest) => AdminAnswer;
}

const text = (body: string, status = 200): AdminAnswer => ({
  status,
  type: "text/plain; charset=UTF-8",
  body,
});
const json = (value: unknown): AdminAnswer => ({
  status: 200,
  type: "application/json",
  body: `${JSON.stringify(value, null, 1)}\n`,
});

const COMMANDS: readonly Command[] = [
  { path: "/certs", what: "print certs on machine", answer: ({ proxy }) => json(certs(proxy)) },
  {
    path: "/clusters",
    what: "upstream cluster status",
    answer: ({ proxy }, { parameters }) =>
      parameters.get("format") === "json" ? json(clustersJson(proxy)) : text(clustersText(proxy)),
  },
  { path: "/config_dump", what: "dump current Envoy configs (experimental)", answer: dump },
  { path: "/drain_listeners", what: "drain listeners", changes: true, answer: drainListeners },
  {
    path: "/healthcheck/fail",
    what: "cause the server to fail health checks",
    changes: true,
    answer: ({ proxy }) => failHealth(proxy, true),
  },
  {
    path: "/healthcheck/ok",
    what: "cause the server to pass health checks",
    changes: true,
    answer: ({ proxy }) => failHealth(proxy, false),
  },
  { path: "/help", what: "print out list of admin commands", answer: () => text(help()) },
  {
    path: "/hot_restart_version",
    what: "print the hot restart compatibility version",
    answer: () => text("disabled\n"),
  },
  {
    path: "/listeners",
    what: "print listener info",
    answer: ({ proxy }, { parameters }) =>
      parameters.get("format") === "json" ? json(listeners(proxy).json) : text(listeners(proxy).text),
  },
  { path: "/logging", what: "query/change logging levels", changes: true, answer: logLevels },
  {
    path: "/memory",
    what: "print current allocation/heap usage",
    answer: () => text("the memory of one proxy is not supported by the practice cluster\n", 501),
  },
  { path: "/quitquitquit", what: "exit the server", changes: true, answer: quit },
  {
    path: "/ready",
    what: "print server state, return 200 if LIVE, otherwise return 503",
    answer: (deps) => {
      if (!deps.live()) return text("PRE_INITIALIZING\n", 503);
      return deps.proxy.failingHealth ? text("DRAINING\n", 503) : text("LIVE\n");
    },
  },
  { path: "/reset_counters", what: "reset all counters to zero", changes: true, answer: resetCounters },
  { path: "/runtime", what: "print runtime values", answer: ({ proxy }) => json(runtime(proxy)) },
  {
    path: "/server_info",
    what: "print server version/status information",
    answer: (deps) => json(serverInfo(deps)),
  },
  {
    path: "/stats",
    what: "print server stats",
    answer: (deps, { parameters }) => {
      const page = stats(deps, parameters);
      return typeof page.body === "string" ? text(page.body, page.status) : json(page.body);
    },
  },
  {
    path: "/stats/prometheus",
    what: "print server stats in prometheus format",
    answer: (deps) => ({ ...text(prometheusText(deps)), type: "text/plain; version=0.0.4; charset=utf-8" }),
  },
];

/** Envoy's admin interface (server/admin/admin.cc). What changes a proxy's state takes a POST. */
export function answerAdmin(
  deps: AdminDeps,
  request: { readonly method: string; readonly target: string },
): AdminAnswer {
  const url = new URL(request.target, "http://admin");
  const path = url.pathname.length > 1 ? url.pathname.replace(/\/$/, "") : url.pathname;
  if (path === "/") return text(help());
  const command = COMMANDS.find((one) => one.path === path);
  if (!command) return text(`invalid path. ${help()}`, 404);
  if (command.changes && request.method !== "POST")
    return text(`Method ${request.method} not allowed, POST required.`, 405);
  return command.answer(deps, { method: request.method, parameters: url.searchParams });
}

function help(): string {
  const lines = COMMANDS.map(({ path, what, changes }) => `  ${path}${changes ? " (POST)" : ""}: ${what}\n`);
  return `admin commands are:\n  /: Admin home page\n${lines.join("")}`;
}

function dump({ proxy }: AdminDeps, { parameters }: AdminRequest): AdminAnswer {
  const whole = configDump(proxy, { includeEds: parameters.has("include_eds") });
  const resource = parameters.get("resource");
  const name = parameters.get("name_regex");
  if (parameters.has("mask")) return text("field masks are not supported by the practice cluster\n", 501);
  if (resource === null && name === null) return json(whole);
  try {
    const part = dumpOf(whole, { resource: resource ?? undefined, name: name ?? undefined });
    return part ? json(part) : text(`${resource} not found in config dump`, 404);
  } catch {
    return text("Error while parsing name_regex", 400);
  }
}

function drainListeners({ proxy }: AdminDeps, { parameters }: AdminRequest): AdminAnswer {
  proxy.listenerManager.drain({ inboundOnly: parameters.has("inboundonly") });
  return text("OK\n");
}

function failHealth(proxy: EnvoyProxy, failing: boolean): AdminAnswer {
  proxy.failingHealth = failing;
  return text("OK\n");
}

function quit(deps: AdminDeps): AdminAnswer {
  deps.quit?.();
  return text("OK\n");
}

function resetCounters({ proxy }: AdminDeps): AdminAnswer {
  proxy.metrics.envoy.reset();
  proxy.metrics.istio.reset();
  return text("OK\n");
}

function logLevels(deps: AdminDeps, { parameters }: AdminRequest): AdminAnswer {
  const { status, body } = logging(deps, parameters);
  return text(body, status);
}
