import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import { createServer as createHttp2, type Http2ServerRequest, type Http2ServerResponse } from "node:http2";
import type { Disposable } from "../base/index.ts";
import { toDisposable } from "../base/index.ts";
import type { AttachedPod } from "../network/index.ts";

/** What an application that was reached says of itself and of the request as it saw it. */
export interface Seen {
  readonly pod: string;
  readonly method: string;
  readonly path: string;
  readonly httpVersion: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface PortSpec {
  readonly name: string;
  readonly port: number;
  readonly targetPort: number;
  /** HTTP (answers with `Seen`), h2c alike, TCP (echoes its name and the bytes); none: the proxy itself listens. */
  readonly speaks: "http" | "h2c" | "tcp" | "none";
}

/** One pod, and the service in front of it. Pods of one name and namespace share a service. */
export interface WorkloadSpec {
  readonly namespace: string;
  readonly name: string;
  readonly version: string;
  readonly ports: readonly PortSpec[];
  /** False: no sidecar. */
  readonly meshed: boolean;
  /** Region and zone of its node; absent: none. */
  readonly zone?: string;
  /** Labels beside `app` and `version`. */
  readonly labels?: Readonly<Record<string, string>>;
  /** False: a pod that no Kubernetes service selects (it may be found by a ServiceEntry). */
  readonly service?: boolean;
}

export const podName = ({ name, version }: WorkloadSpec): string => `${name}-${version}`;

/**
 * An application for tests. `/status/503` answers so; `/hang` never does; header `x-fail: 2` fails the attempts up to
 * the second, as the router counts them; anything else is 200.
 */
function handler(pod: string): RequestListener {
  return (message, response) => {
    message.resume();
    const attempt = Number(message.headers["x-envoy-attempt-count"] ?? 1);
    const failing = attempt <= Number(message.headers["x-fail"] ?? 0);
    const path = message.url ?? "/";
    if (path.startsWith("/hang")) return;
    const status = failing ? 503 : Number(/^\/status\/(\d+)/.exec(path)?.[1] ?? 200);
    answer(pod, message, { response, status });
  };
}

function answer(
  pod: string,
  message: IncomingMessage | Http2ServerRequest,
  to: { readonly response: ServerResponse | Http2ServerResponse; readonly status: number },
): void {
  const headers = Object.fromEntries(
    Object.entries(message.headers).map(([name, value]) => [name, String(value)]),
  );
  const { method = "", url: path = "", httpVersion } = message;
  const seen: Seen = { pod, method, path, httpVersion, headers };
  const grpc = headers["content-type"]?.startsWith("application/grpc");
  to.response.statusCode = to.status;
  to.response.setHeader("content-type", grpc ? "application/grpc" : "application/json");
  to.response.setHeader("x-app", pod);
  to.response.end(JSON.stringify(seen));
}

export function serveApplication(network: AttachedPod, spec: WorkloadSpec): Disposable {
  const pod = podName(spec);
  const http = createServer(handler(pod));
  http.keepAliveTimeout = 0;
  http.on("clientError", (_error, socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
  const h2c = createHttp2((message, response) => answer(pod, message, { response, status: 200 }));
  const served = spec.ports.filter(({ speaks }) => speaks !== "none");
  const listening = served.map(({ targetPort, speaks }) =>
    network.listen({ port: targetPort }, (connection) => {
      connection.on("error", () => undefined);
      if (speaks === "http") http.emit("connection", connection);
      else if (speaks === "h2c") h2c.emit("connection", connection);
      else connection.on("data", (bytes: Buffer) => connection.write(`${pod} ${bytes.toString()}`));
    }),
  );
  return toDisposable(() => {
    for (const one of listening) one.dispose();
    http.closeAllConnections();
    http.close();
    h2c.close();
  });
}
