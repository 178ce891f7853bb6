import { performServerHandshake, type ServerHttp2Session } from "node:http2";
import type { Duplex } from "node:stream";
import type { HttpConnectionManager as Config, RouteConfiguration } from "../../xds/index.ts";
import type { CodecError } from "../http1/errors.ts";
import { Http1ServerConnection } from "../http1/server-connection.ts";
import { statusText } from "../http1/status-text.ts";
import { http2Request, http2Response } from "../http2/server-stream.ts";
import { DELAYED_CLOSE_MS, MAX_HEADERS } from "../limits.ts";
import type { ProxyServices } from "../services.ts";
import { AnswerLabels } from "../stats/answer-labels.ts";
import type { Downstream } from "../stream-info.ts";
import { HeaderMap } from "./headers.ts";
import { ManagerFacts } from "./manager-facts.ts";
import type { DownstreamRequest, DownstreamResponse } from "./message.ts";
import { HttpStream } from "./stream.ts";

/** Envoy's HTTP connection manager of one filter chain: codecs in front, streams behind, draining at the end. */
export class ConnectionManager {
  private readonly connections = new Map<Duplex, Http1ServerConnection | undefined>();
  private readonly sessions = new Set<ServerHttp2Session>();
  private readonly labels: AnswerLabels;
  private readonly facts: ManagerFacts;
  private draining = false;

  constructor(
    private readonly config: Config,
    private readonly services: ProxyServices,
  ) {
    this.labels = new AnswerLabels({ http_conn_manager_prefix: config.statPrefix });
    this.facts = new ManagerFacts(config);
  }

  /** Takes over a connection whose transport socket is ready. */
  accept(socket: Duplex, downstream: Downstream, codec: "http1" | "http2"): void {
    const label = this.labels.all;
    this.services.metrics.add("envoy_http_downstream_cx_total", label);
    this.services.metrics.move("envoy_http_downstream_cx_active", label, 1);
    this.connections.set(socket, undefined);
    socket.on("error", ignore);
    socket.once("close", () => {
      this.connections.delete(socket);
      this.services.metrics.move("envoy_http_downstream_cx_active", label, -1);
    });
    if (this.draining) socket.destroy();
    else if (codec === "http1") this.startHttp1(socket, downstream);
    else this.startHttp2(socket, downstream);
  }

  /** No new requests: idle connections close at once, busy ones after the request they are at. */
  drain(): void {
    this.draining = true;
    for (const [socket, http1] of this.connections) if (http1 && !http1.busy) socket.destroy();
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

  private startHttp1(socket: Duplex, downstream: Downstream): void {
    const connection = new Http1ServerConnection(socket, {
      request: (request, response) => this.run(new HttpStream(request, response, this.scope(downstream))),
      invalid: (error, response) => this.refuse(error, { response, downstream }),
      closing: () => this.draining,
      bug: (error) => this.services.writeLog("/dev/stderr", `critical envoy main ${String(error)}\n`),
      linger: (lingering) => {
        const timer = this.services.clock.setTimeout(() => lingering.destroy(), DELAYED_CLOSE_MS);
        lingering.once("close", () => timer.dispose());
      },
    });
    this.connections.set(socket, connection);
  }

  private startHttp2(socket: Duplex, downstream: Downstream): void {
    const session = performServerHandshake(socket, { maxHeaderListPairs: 2 * MAX_HEADERS });
    this.sessions.add(session);
    session.once("close", () => this.sessions.delete(session));
    session.on("error", ignore);
    session.on("stream", (stream, headers, ...rest: unknown[]) => {
      stream.on("error", ignore);
      const request = http2Request(stream, headers, rest);
      this.run(new HttpStream(request, http2Response(stream), this.scope(downstream)));
    });
  }

  /** Bytes that are no request get an answer of their own, and a line in the log, as Envoy's codec errors do. */
  private refuse(
    error: CodecError,
    on: { readonly response: DownstreamResponse; readonly downstream: Downstream },
  ): void {
    const request: DownstreamRequest = {
      protocol: "HTTP/1.1",
      method: "",
      authority: "",
      path: "",
      headers: new HeaderMap(),
      hasBody: false,
      body: { consume: ignore, pause: ignore, resume: ignore },
    };
    const stream = new HttpStream(request, on.response, this.scope(on.downstream));
    stream.refuse({
      status: error.status,
      body: statusText(error.status),
      flag: "DPE",
      details: error.details,
    });
  }

  private scope(downstream: Downstream) {
    const { config, services, labels, facts } = this;
    return { config, downstream, services, labels, facts, routes: this.routes };
  }

  private readonly routes = (): RouteConfiguration | undefined => {
    const { routeConfig, rds } = this.config;
    return routeConfig ?? (rds && this.services.routeConfiguration(rds.routeConfigName));
  };

  private run(stream: HttpStream): void {
    stream.run().catch((error: unknown) => {
      // A bug of ours must not hang the client nor take the process down.
      stream.info.details = "internal_error";
      stream.response.reset();
      this.services.writeLog("/dev/stderr", `critical envoy main ${String(error)}\n`);
    });
  }
}

const ignore = () => undefined;
