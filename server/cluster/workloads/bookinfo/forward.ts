import type { ContainerContext } from "../../container/index.ts";
import { type Answer, fetchOnce } from "../http/client.ts";
import type { WebRequest } from "../http/web.ts";

/** What the services of Bookinfo hand on from call to call (samples/bookinfo, getForwardHeaders). */
const HANDED_ON = [
  "x-request-id",
  "x-ot-span-context",
  "x-datadog-trace-id",
  "x-datadog-parent-id",
  "x-datadog-sampling-priority",
  "traceparent",
  "tracestate",
  "x-cloud-trace-context",
  "grpc-trace-bin",
  "x-b3-traceid",
  "x-b3-spanid",
  "x-b3-parentspanid",
  "x-b3-sampled",
  "x-b3-flags",
  "sw8",
  "user-agent",
  "cookie",
  "authorization",
  "jwt",
] as const;

export function handedOn(request: WebRequest): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const name of HANDED_ON) {
    const value = request.header(name);
    if (value !== undefined) headers[name] = value;
  }
  return headers;
}

/** details, reviews and ratings pass the signed-in user on; productpage makes the header from its session. */
export function handedOnWithUser(request: WebRequest): Record<string, string> {
  const user = request.header("end-user");
  return { ...handedOn(request), ...(user === undefined ? {} : { "end-user": user }) };
}

export interface Backend {
  readonly host: string;
  readonly port: string;
}

/** Where a service of Bookinfo is found: `<NAME>_HOSTNAME`, `SERVICES_DOMAIN`, `<NAME>_SERVICE_PORT`. */
export function backend(env: ContainerContext["env"], name: string): Backend {
  const prefix = name.toUpperCase();
  const domain = env.SERVICES_DOMAIN ? `.${env.SERVICES_DOMAIN}` : "";
  return {
    host: `${env[`${prefix}_HOSTNAME`] ?? name}${domain}`,
    // Kubernetes' own variable of the service, where links are enabled; it says the same.
    port: env[`${prefix}_SERVICE_PORT`] ?? "9080",
  };
}

export interface Call {
  readonly to: Backend;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

/** One GET on a connection of its own: Bookinfo does not pool, so that load is spread call by call. */
export function call(context: ContainerContext, { to, path, headers, timeoutMs }: Call): Promise<Answer> {
  const url = new URL(`http://${to.host}:${to.port}${path}`);
  return fetchOnce(context, {
    url,
    method: "GET",
    headers: { "accept-encoding": "gzip, deflate", accept: "*/*", connection: "keep-alive", ...headers },
    timeoutMs,
  });
}
