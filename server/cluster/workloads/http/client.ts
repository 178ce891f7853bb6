import http from "node:http";
import type { Clock } from "../../base/index.ts";
import { CLUSTER_DNS_IP, isNetworkError, type PodNetwork } from "../../network/index.ts";
import { MAX_RESPONSE_BYTES } from "../limits.ts";

export interface OutgoingRequest {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly timeoutMs: number;
}

export interface Answer {
  readonly status: number;
  readonly body: Buffer;
}

class DeadlineExceeded extends Error {
  override readonly name = "DeadlineExceeded";
  readonly code = "ABORT_ERR";
}

/** One HTTP/1.1 request on a connection of its own, as Go's client makes it without keep-alive. Rejects with the socket's error. */
export async function fetchOnce(
  { network, clock }: { network: PodNetwork; clock: Clock },
  request: OutgoingRequest,
): Promise<Answer> {
  const stop = new AbortController();
  const timer = clock.setTimeout(() => stop.abort(new DeadlineExceeded()), request.timeoutMs);
  const { url, method, headers } = request;
  const port = Number(url.port || 80);
  try {
    const socket = await network.connect({
      host: url.hostname,
      port,
      allowHalfOpen: false,
      signal: stop.signal,
    });
    return await new Promise((resolve, reject) => {
      const call = http.request({
        createConnection: () => socket,
        method,
        path: `${url.pathname}${url.search}`,
        headers: { host: url.host, ...headers },
      });
      stop.signal.addEventListener("abort", () => {
        reject(stop.signal.reason);
        call.destroy();
      });
      call.on("error", reject).on("response", (response) => {
        collect(response).then((body) => resolve({ status: response.statusCode ?? 0, body }), reject);
      });
      call.end();
    });
  } finally {
    timer.dispose();
  }
}

function collect(response: http.IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    response.on("error", reject).on("data", (chunk: Buffer) => {
      size += chunk.length;
      chunks.push(chunk);
      if (size > MAX_RESPONSE_BYTES) response.destroy(new Error("response body too large"));
    });
    response.once("end", () => resolve(Buffer.concat(chunks)));
  });
}

/** A failed request in Go's words: `Get "http://b:80/": dial tcp 10.43.0.7:80: connect: connection refused`. */
export function goError(error: unknown, method: string, url: URL): string {
  const verb = method.charAt(0) + method.slice(1).toLowerCase();
  return `${verb} "${url.href}": ${goCause(error, url)}`;
}

function goCause(error: unknown, url: URL): string {
  if (!isNetworkError(error))
    return error instanceof Error && error.message === "socket hang up" ? "EOF" : String(error);
  const address = "address" in error ? `${error.address}:${"port" in error ? error.port : ""}` : url.host;
  switch (error.code) {
    case "ENOTFOUND":
      return `dial tcp: lookup ${url.hostname} on ${CLUSTER_DNS_IP}:53: no such host`;
    case "ECONNREFUSED":
      return `dial tcp ${address}: connect: connection refused`;
    case "EHOSTUNREACH":
      return `dial tcp ${address}: connect: no route to host`;
    case "ETIMEDOUT":
      return `dial tcp ${address}: i/o timeout`;
    case "ECONNRESET":
      return error.message === "socket hang up" ? "EOF" : "read: connection reset by peer";
    case "ABORT_ERR":
      return "context deadline exceeded (Client.Timeout exceeded while awaiting headers)";
    default:
      return error.message;
  }
}
