import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { createSecureContext, type SecureContext, TLSSocket } from "node:tls";
import { type Disposable, toDisposable } from "../../../base/index.ts";
import type { Connection, PodNetwork } from "../../../network/index.ts";
import type { ServingPair } from "../ca/authority.ts";
import type { AdmissionRequest, AdmissionResponse } from "../injection/webhook.ts";
import { MAX_REVIEW_BYTES } from "../limits.ts";
import type { ControlzRequest } from "./controlz.ts";
import type { WebReply } from "./debug.ts";

export function servingContext(pair: ServingPair): SecureContext {
  return createSecureContext({ cert: pair.certificate, key: pair.key, minVersion: "TLSv1.2" });
}

/** Ends TLS on connections to a port and hands on what is inside. A failed handshake closes the connection only. */
export function listenTls(
  network: PodNetwork,
  options: { readonly port: number; readonly context: SecureContext },
  accept: (stream: Duplex) => void,
): Disposable {
  return network.listen({ port: options.port }, (connection) => {
    connection.on("error", () => undefined);
    const socket = new TLSSocket(connection, { isServer: true, secureContext: options.context });
    socket.on("error", () => connection.destroy());
    socket.once("secure", () => accept(socket));
  });
}

/** An HTTP server without a socket of its own: connections of the pod network are given to it. */
export function listenHttp(
  network: PodNetwork,
  port: number,
  page: (target: string) => WebReply,
): Disposable {
  const server = createServer((request, response) => reply(response, page(request.url ?? "/")));
  const listening = network.listen({ port }, (connection: Connection) => {
    connection.on("error", () => undefined);
    server.emit("connection", connection);
  });
  return stopping(server, listening);
}

/** As `listenHttp`, for pages that read what is sent. */
export function listenControlz(
  network: PodNetwork,
  port: number,
  page: (request: ControlzRequest) => WebReply,
): Disposable {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://istiod");
    readBody(request).then(
      (body) =>
        reply(
          response,
          body === undefined
            ? { status: 413, contentType: "text/plain", body: "request is too large" }
            : page({ method: request.method ?? "GET", path: pathname, body }),
        ),
      () => response.destroy(),
    );
  });
  const listening = network.listen({ port }, (connection: Connection) => {
    connection.on("error", () => undefined);
    server.emit("connection", connection);
  });
  return stopping(server, listening);
}

function stopping(server: Server, listening: Disposable): Disposable {
  return toDisposable(() => {
    listening.dispose();
    server.closeAllConnections();
    server.close();
  });
}

function reply(response: ServerResponse, { status, contentType, body }: WebReply): void {
  response.writeHead(status, { "content-type": contentType });
  response.end(body);
}

export type Reviewer = (request: AdmissionRequest) => AdmissionResponse | Promise<AdmissionResponse>;

/** The webhook port: admission reviews over HTTPS, by path. */
export function listenWebhook(
  network: PodNetwork,
  options: { readonly port: number; readonly context: SecureContext },
  reviewers: Readonly<Record<string, Reviewer>>,
): Disposable {
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? "/", "https://istiod").pathname;
    const reviewer = reviewers[path] ?? reviewers[`/${path.split("/")[1] ?? ""}`];
    if (path === "/ready") return reply(response, { status: 200, contentType: "text/plain", body: "" });
    if (!reviewer)
      return reply(response, { status: 404, contentType: "text/plain", body: "404 page not found\n" });
    answer(request, reviewer).then(
      (result) => reply(response, result),
      (error: unknown) => reply(response, { status: 500, contentType: "text/plain", body: String(error) }),
    );
  });
  const listening = listenTls(network, options, (stream) => server.emit("connection", stream));
  return stopping(server, listening);
}

async function answer(request: IncomingMessage, reviewer: Reviewer): Promise<WebReply> {
  const body = await readBody(request);
  if (body === undefined) return { status: 413, contentType: "text/plain", body: "request is too large" };
  const review: unknown = JSON.parse(body);
  if (!isReview(review))
    return { status: 400, contentType: "text/plain", body: "expected an AdmissionReview" };
  const response = await reviewer(review.request);
  const { apiVersion } = review;
  return {
    status: 200,
    contentType: "application/json",
    body: JSON.stringify({ kind: "AdmissionReview", apiVersion, response }),
  };
}

interface Review {
  readonly apiVersion: string;
  readonly request: AdmissionRequest;
}

function isReview(value: unknown): value is Review {
  if (typeof value !== "object" || value === null || !("request" in value) || !("apiVersion" in value))
    return false;
  const { request } = value;
  return typeof request === "object" && request !== null && "uid" in request;
}

async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length > MAX_REVIEW_BYTES) return undefined;
    chunks.push(Buffer.from(chunk));
  }
  return Buffer.concat(chunks).toString("utf8");
}
