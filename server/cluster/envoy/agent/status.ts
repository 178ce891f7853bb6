import type { ContainerContext } from "../../container/index.ts";
import type { SmallAnswer } from "../admin/http-endpoint.ts";
import { appProbers, runAppProbe } from "./app-probes.ts";
import { APP_REQUEST_MS } from "./limits.ts";
import { localRequest } from "./local-request.ts";

export interface StatusDeps {
  readonly context: ContainerContext;
  readonly ready: () => boolean;
  readonly proxyMetrics: () => string;
  readonly quit: () => void;
  readonly drain: () => void;
}

/** Port 15020 (pilot/cmd/pilot-agent/status/server.go). */
export async function answerStatus(
  request: { readonly method: string; readonly target: string },
  deps: StatusDeps,
): Promise<SmallAnswer> {
  const path = request.target.split("?")[0] ?? "/";
  if (path === "/healthz/ready") return deps.ready() ? { status: 200, body: "" } : { status: 503, body: "" };
  if (path === "/stats/prometheus") return mergedMetrics(deps);
  if (path.startsWith("/app-health/")) {
    const prober = appProbers(deps.context.env).get(path);
    return prober
      ? runAppProbe(deps.context, prober)
      : { status: 400, body: `App prober config does not exists for ${path}` };
  }
  if (path === "/drain") {
    if (request.method !== "POST") return { status: 405, body: "Method Not Allowed\n" };
    deps.drain();
    return { status: 200, body: "OK" };
  }
  if (path === "/quitquitquit") {
    if (request.method !== "POST") return { status: 405, body: "Method Not Allowed\n" };
    deps.quit();
    return { status: 200, body: "OK" };
  }
  return { status: 404, body: "404 page not found\n" };
}

/** The proxy's metrics and, when its pod asked for that, the application's. */
async function mergedMetrics(deps: StatusDeps): Promise<SmallAnswer> {
  const type = "text/plain; version=0.0.4; charset=utf-8";
  const own = deps.proxyMetrics();
  const wanted = annotations(deps.context.env.ISTIO_PROMETHEUS_ANNOTATIONS);
  if (wanted.scrape !== "true") return { status: 200, type, body: own };
  const app = await localRequest(deps.context, {
    port: Number(wanted.port ?? 80),
    path: typeof wanted.path === "string" ? wanted.path : "/metrics",
    timeout: APP_REQUEST_MS,
  });
  return { status: 200, type, body: app?.status === 200 ? own + app.body : own };
}

function annotations(text: string | undefined): Readonly<Record<string, unknown>> {
  if (!text) return {};
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === "object" && parsed !== null ? { ...parsed } : {};
  } catch {
    return {}; // written by the injector; unreadable means nothing to merge
  }
}
