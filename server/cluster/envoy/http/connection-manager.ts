import { createServer, type IncomingMessage, type Server, ServerResponse } from "node:http";
import { performServerHandshake, type ServerHttp2Session } from "node:http2";
import type { Duplex } from "node:stream";
import type { HttpConnectionManager as Config, RouteConfiguration } from "../../xds/index.ts";
import { HEADER_BYTES } from "../limits.ts";
import type { ProxyServices } from "../services.ts";
import { AnswerLabels } from "../stats/answer-labels.ts";
import type { Downstream } from "../stream-info.ts";
import { http1Request, http1Response, http2Request, http2Response } from "./downstream.ts";
import { HttpStream } from "./stream.ts";

interface Tracked {
  readonly downstream: Downstream;
  active: number;
}

/** Envoy's HTTP connection manager of one filter chain: codecs in front, streams behind, draining at the end. */
export class ConnectionManager {
  private readonly server: Server;
  private readonly connections = new Map<Duplex, Tracked>();
  private readonly sessions = new Set<ServerHttp2Session>();
  private readonly labels: AnswerLabels;
  private draining = false;

  constructor(
    private readonly config: Config,
    private readonly services: ProxyServices,
  ) {
    this.labels = new AnswerLabels({ http_conn_manager_prefix: config.statPrefix });
    this.server = createServer({ maxHeaderSize: HEADER_BYTES, requireHostHeader: false, keepAlive: true });
    this.server.keepAliveTimeout = 0; // Envoy leaves idle connections alone; a Keep-Alive field would promise otherwise
    this.server.on("request", (message, response) => this.request(message, response));
    this.server.on("checkContinue", (message, response) => {
      response.writeContinue();
      this.request(message, response);
    });
    this.server.on("upgrade", (message, socket, head) => this.upgrade(message, socket, head));
    this.server.on("clientError", (error, socket) => answerClientError(error, socket));
  }

  /** Takes over a connection whose transport socket is ready. */
  accept(socket: Duplex, downstream: Downstream, codec: "http1" | "http2"): void {
    const label = this.labels.all;
    this.services.metrics.add("envoy_http_downstream_cx_total", label);
    this.services.metrics.move("envoy_http_downstream_cx_active", label, 1);
    this.connections.set(socket, { downstream, active: 0 });
    socket.on("error", ignore);
    socket.once("close", () => {
      this.connections.delete(socket);
      this.services.metrics.move("envoy_http_downstream_cx_active", label, -1);
    });
    if (this.draining) socket.destroy();
    else if (codec === "http1") this.server.emit("connection", socket);
    else this.startHttp2(socket, downstream);
  }

  /** No new requests: idle connections close at once, busy ones after the request they are at. */
  drain(): void {
    this.draining = true;
    for (const [socket, tracked] of this.connections) if (tracked.active === 0) socket.destroy();
    for (const session of this.sessions) session.close();
  }

  dispose(): void {
    this.draining = true;
    for (const session of this.sessions) session.destroy();
    for (const socket of [...this.connections.keys()]) socket.destroy();
  }

  get busy(): number {
    return this.connections.size;
  }

  private request(message: IncomingMessage, response: ServerResponse): void {
    const tracked = this.connections.get(message.socket);
    if (!tracked) {
      message.socket.destroy();
      return;
    }
    tracked.active += 1;
    const answer = http1Response(response, { closeAfter: () => this.draining });
    answer.onClose(() => {
      tracked.active -= 1;
      if (this.draining && tracked.active === 0) message.socket.destroySoon();
    });
    this.run(new HttpStream(http1Request(message), answer, this.scope(tracked.downstream)));
  }

  private upgrade(message: IncomingMessage, socket: Duplex, head: Buffer): void {
    const tracked = this.connections.get(socket);
    if (!tracked) {
      socket.destroy();
      return;
    }
    const request = http1Request(message, { socket, head });
    const known = this.config.upgradeConfigs?.some(
      (one) => one.upgradeType.toLowerCase() === request.upgrade?.protocol,
    );
    // Node has handed the socket over; an answer that is no upgrade is written by a response of our own, and ends it.
    const response = new ServerResponse(message);
    response.assignSocket(message.socket);
    response.shouldKeepAlive = false;
    response.once("finish", () => message.socket.destroySoon());
    const answer = http1Response(response, { closeAfter: () => true });
    // An upgrade nobody here offers (curl's h2c) is ignored, as Envoy's codec does.
    const asked = known ? request : { ...request, upgrade: undefined };
    this.run(new HttpStream(asked, answer, this.scope(tracked.downstream)));
  }

  private startHttp2(socket: Duplex, downstream: Downstream): void {
    const session = performServerHandshake(socket, { maxHeaderListPairs: 200 });
    this.sessions.add(session);
    session.once("close", () => this.sessions.delete(session));
    session.on("error", ignore);
    // The handler's own types name flags a number and leave out the raw headers.
    session.on("stream", (stream, headers, ...rest: unknown[]) => {
      const [flags, raw] = rest;
      stream.on("error", ignore);
      const facts = {
        raw: Array.isArray(raw) ? raw.map(String) : flatten(headers),
        endStream: (Number(flags) & END_STREAM) !== 0,
      };
      this.run(
        new HttpStream(http2Request(stream, headers, facts), http2Response(stream), this.scope(downstream)),
      );
    });
  }

  private scope(downstream: Downstream) {
    const { config, services, labels } = this;
    return { config, downstream, services, labels, routes: () => this.routes() };
  }

  private routes(): RouteConfiguration | undefined {
    const { routeConfig, rds } = this.config;
    return routeConfig ?? (rds && this.services.routeConfiguration(rds.routeConfigName));
  }

  private run(stream: HttpStream): void {
    stream.run().catch((error: unknown) => {
      // A bug of ours must not hang the client nor take the process down.
      stream.info.details = "internal_error";
      stream.response.reset();
      this.services.writeLog("/dev/stderr", `critical envoy main ${String(error)}\n`);
    });
  }
}

const END_STREAM = 0x1;
const ignore = () => undefined;

function flatten(headers: object): string[] {
  return Object.entries(headers).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).flatMap((one) => [name, String(one)]),
  );
}

/** As Envoy's HTTP/1 codec: 400 (431 for too many headers) and the connection ends. */
function answerClientError(error: Error, socket: Duplex): void {
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  if (!socket.writable || code === "ECONNRESET") {
    socket.destroy();
    return;
  }
  const status = code === "HPE_HEADER_OVERFLOW" ? "431 Request Header Fields Too Large" : "400 Bad Request";
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
}
