import { request as httpRequest, type IncomingMessage, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { connect as tlsConnect } from "node:tls";
import { StatusError } from "../../apimachinery/index.ts";

const HOP_BY_HOP = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  // The cluster's credential is not the backend's business.
  "authorization",
]);

export interface ProxyTarget {
  readonly host: string;
  readonly path: string;
  readonly scheme: "http" | "https";
  dial(): Promise<Duplex>;
}

/** Passes one HTTP request to a pod or service and its answer back, as the proxy subresources do. */
export async function proxyRequest(
  request: IncomingMessage,
  response: ServerResponse,
  target: ProxyTarget,
): Promise<void> {
  const connection = await open(target);
  const headers = Object.fromEntries(
    Object.entries(request.headers).filter(([name, value]) => value !== undefined && !HOP_BY_HOP.has(name)),
  );
  await new Promise<void>((resolve) => {
    const outgoing = httpRequest(
      {
        createConnection: () => connection,
        method: request.method,
        path: target.path,
        headers: { ...headers, host: target.host, connection: "close" },
      },
      (answer) => {
        const answerHeaders = Object.fromEntries(
          Object.entries(answer.headers).filter(([name]) => !HOP_BY_HOP.has(name)),
        );
        response.writeHead(answer.statusCode ?? 502, answerHeaders);
        answer.pipe(response);
        answer.on("error", () => response.destroy());
      },
    );
    outgoing.on("error", (error) => {
      if (response.headersSent) response.destroy();
      else {
        response.writeHead(502, { "Content-Type": "text/plain; charset=utf-8" });
        response.end(`error trying to reach service: ${error.message}`);
      }
      resolve();
    });
    response.on("close", () => {
      outgoing.destroy();
      connection.destroy();
      resolve();
    });
    request.pipe(outgoing);
  });
}

async function open(target: ProxyTarget): Promise<Duplex> {
  try {
    const raw = await target.dial();
    raw.on("error", () => raw.destroy());
    // As upstream, which does not verify: the certificate of a pod names nothing that the API server knows.
    return target.scheme === "https" ? tlsConnect({ socket: raw, rejectUnauthorized: false }) : raw;
  } catch (error) {
    if (error instanceof StatusError) throw error;
    throw unreachable(error instanceof Error ? error.message : String(error));
  }
}

function unreachable(reason: string): StatusError {
  return new StatusError({
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message: `error trying to reach service: ${reason}`,
    reason: "ServiceUnavailable",
    code: 503,
  });
}
