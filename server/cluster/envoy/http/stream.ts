import type { HttpRbac, JwtAuthentication, Route, VirtualHost } from "../../xds/index.ts";
import { HTTP_FILTER_TYPE } from "../../xds/index.ts";
import { logLine } from "../access-log.ts";
import { isLogged } from "../access-log-filter.ts";
import { StreamInfo } from "../stream-info.ts";
import type { ActiveSpan } from "../tracing/span.ts";
import { applyCors, preflight } from "./cors.ts";
import { planFault } from "./fault.ts";
import { grpcReply, grpcStatusOf } from "./grpc-reply.ts";
import { HeaderMap } from "./headers.ts";
import { JwtVerdicts } from "./jwt.ts";
import { limitRate } from "./local-rate-limit.ts";
import { type LocalReply, ROUTE_NOT_FOUND } from "./local-reply.ts";
import type { DownstreamRequest, DownstreamResponse } from "./message.ts";
import { givePeer, normalizePath, prepareRequest, takePeer } from "./prepare.ts";
import { judge } from "./rbac.ts";
import { refuseHead } from "./refuse-head.ts";
import { directReply, redirectReply } from "./route-action.ts";
import { findRoute, findVirtualHost } from "./route-match.ts";
import { RouterExchange } from "./router.ts";
import type { StreamScope, StreamView } from "./stream-view.ts";

/** One request through a connection manager: prepare, filters, route, answer, account. */
export class HttpStream implements StreamView {
  readonly info: StreamInfo;
  readonly head: { method: string; scheme: string; authority: string; path: string; headers: HeaderMap };
  private readonly begun: number;
  private responseHeaders: HeaderMap | undefined;
  private exchange: RouterExchange | undefined;
  private askedForPeer = false;
  private finished = false;
  private route: Route | undefined;
  span: ActiveSpan | undefined;
  private decorated: string | undefined;
  private readonly jwt = new JwtVerdicts();

  constructor(
    readonly request: DownstreamRequest,
    readonly response: DownstreamResponse,
    readonly scope: StreamScope,
  ) {
    const { services, downstream } = scope;
    this.begun = services.clock.monotonic();
    this.info = new StreamInfo(downstream, services.clock.now());
    this.head = {
      method: request.method,
      scheme: downstream.tls ? "https" : "http",
      authority: request.authority,
      path: scope.config.normalizePath ? normalizePath(request.path) : request.path,
      headers: request.headers,
    };
    this.info.method = request.method;
    this.info.path = request.path;
    this.info.authority = request.authority;
    this.info.protocol = request.protocol;
    this.info.grpc = request.headers.get("content-type")?.startsWith("application/grpc") ?? false;
  }

  /** The whole answer to what was no request. */
  refuse(reply: LocalReply): void {
    this.response.onClose((complete) => this.closed(complete));
    this.reply(reply);
  }

  /** Never rejects: what goes wrong is an answer. */
  async run(): Promise<void> {
    this.response.onClose((complete) => this.closed(complete));
    const { config, services, downstream } = this.scope;
    services.metrics.add("envoy_http_downstream_rq_total", this.scope.labels.all);
    const refusal = refuseHead(this.request, config);
    if (refusal) {
      this.reply(refusal);
      return;
    }
    prepareRequest(this.head.headers, config, { downstream, services });
    this.exchangePeers();
    const host = this.virtualHost();
    this.choose(host && findRoute(host, this.head, services.random.fraction));
    this.trace();
    const refused = await this.filter();
    if (refused) return this.reply(refused);
    if (this.finished) return;
    if (host?.requireTls === "ALL" && !downstream.tls)
      return this.reply(redirectReply({ httpsRedirect: true }, this.head));
    this.act(host, this.route);
  }

  monotonic(): number {
    return this.scope.services.clock.monotonic();
  }

  /** Sends the head of an answer; adds what every answer of this proxy carries. */
  respond(status: number, headers: HeaderMap, end: boolean): void {
    const { config, services } = this.scope;
    this.info.responseCode = status;
    if (this.info.downstream.direction === "INBOUND" && this.askedForPeer) givePeer(headers, services.self);
    if (!headers.has("date")) headers.set("date", new Date(services.clock.now()).toUTCString());
    headers.set("server", config.serverName ?? "envoy");
    this.decorate(headers);
    if (this.route) applyCors(this.route, this.head, headers);
    this.responseHeaders = headers;
    this.response.writeHead(status, headers, end);
  }

  reply(reply: LocalReply): void {
    if (this.finished) return;
    if (reply.flag) this.info.flag(reply.flag);
    this.info.details = reply.details;
    if (reply.transportFailure) this.info.transportFailure = reply.transportFailure;
    if (this.info.grpc) {
      this.info.grpcStatus = grpcStatusOf(reply.status);
      this.respond(200, grpcReply(reply, this.info.grpcStatus), true);
      return;
    }
    const headers = new HeaderMap();
    const body = Buffer.from(reply.body);
    if (body.length > 0) {
      headers.set("content-length", String(body.length));
      if (!reply.headers?.some(([name]) => name === "content-type"))
        headers.set("content-type", "text/plain");
    }
    for (const [name, value] of reply.headers ?? []) headers.set(name, value);
    const silent = this.request.method === "HEAD" || body.length === 0;
    this.info.bytesSent += silent ? 0 : body.length;
    this.respond(reply.status, headers, silent);
    if (silent) return;
    this.response.write(body);
    this.response.end();
  }

  private exchangePeers(): void {
    const { services, downstream, facts } = this.scope;
    const peer = takePeer(this.head.headers);
    if (!facts.exchangesPeers) return;
    if (downstream.direction === "INBOUND") {
      this.info.peer = peer ?? downstream.peer;
      this.askedForPeer = peer !== undefined;
    } else givePeer(this.head.headers, services.self);
  }

  /** Opens this proxy's span; the two sides of a hop tell each other its name (x-envoy-decorator-operation). */
  private trace(): void {
    const { config, services, downstream } = this.scope;
    if (!config.tracing) return;
    const { headers, authority } = this.head;
    const inbound = downstream.direction === "INBOUND";
    const span = services.tracing.start(config.tracing, {
      headers,
      authority,
      inbound,
      byRequestId: config.requestIdExtension?.typedConfig.useRequestIdForTraceSampling !== false,
    });
    this.span = span;
    if (!span) return;
    this.decorated = this.route?.decorator?.operation;
    if (this.decorated) span.name = this.decorated;
    if (!inbound) {
      if (this.decorated) headers.set("x-envoy-decorator-operation", this.decorated);
      return;
    }
    const told = headers.remove("x-envoy-decorator-operation");
    if (!told) return;
    span.name = told;
    this.decorated = undefined;
  }

  /** The answer's part of that: a server says its operation to clients that did not; a client takes what it is told. */
  private decorate(headers: HeaderMap): void {
    if (!this.scope.config.tracing) return;
    if (this.scope.downstream.direction === "INBOUND") {
      if (this.decorated) headers.set("x-envoy-decorator-operation", this.decorated);
      return;
    }
    const told = headers.remove("x-envoy-decorator-operation");
    if (told && this.span) this.span.name = told;
  }

  private virtualHost(): VirtualHost | undefined {
    const routes = this.scope.routes();
    return routes && findVirtualHost(routes, this.head.authority);
  }

  /** Runs the filters in their configured order up to the router. */
  private async filter(): Promise<LocalReply | undefined> {
    const { config, services } = this.scope;
    for (const filter of config.httpFilters) {
      const typed = filter.typedConfig;
      switch (typed["@type"]) {
        case HTTP_FILTER_TYPE.jwt: {
          const refused = this.jwt.verify(typed, this.head, services.clock.now());
          if (refused) return refused;
          this.chooseAgain(typed);
          break;
        }
        case HTTP_FILTER_TYPE.rbac: {
          const refused = this.authorize(typed);
          if (refused) return refused;
          break;
        }
        case HTTP_FILTER_TYPE.localRateLimit: {
          const limited = limitRate(typed, { route: this.route, host: this.virtualHost() }, services);
          if (limited) return limited;
          break;
        }
        case HTTP_FILTER_TYPE.cors: {
          const answer = preflight(this.route, this.head);
          if (answer) return answer;
          break;
        }
        case HTTP_FILTER_TYPE.fault: {
          const plan = planFault(this.route, services.random);
          if (plan.delay > 0) {
            this.info.flag("DI");
            await services.clock.sleep(plan.delay);
          }
          if (plan.abort) return plan.abort;
          break;
        }
      }
    }
    return undefined;
  }

  /** A provider may ask that the route be chosen with what the token says. */
  private chooseAgain({ providers }: JwtAuthentication): void {
    if (!Object.values(providers).some((one) => one.clearRouteCache)) return;
    const host = this.virtualHost();
    const metadata = (filter: string, path: readonly string[]) => this.jwt.metadata(filter, path);
    this.choose(host && findRoute(host, { ...this.head, metadata }, this.scope.services.random.fraction));
  }

  /**
   * The cluster is known with the route (ConnectionManagerImpl::ActiveStream::setRoute): statistics and logs name it also
   * when a filter answers. Of a weighted route the router chooses later; until then its first stands for all.
   */
  private choose(route: Route | undefined): void {
    this.route = route;
    this.info.routeName = route?.name ?? "";
    const action = route?.route;
    const name = action?.cluster ?? action?.weightedClusters?.clusters[0]?.name;
    this.info.upstreamCluster = name || undefined;
  }

  private authorize(config: HttpRbac): LocalReply | undefined {
    if (!config.rules) return undefined;
    const { downstream } = this.scope;
    const forwarded = this.head.headers.joined("x-forwarded-for")?.split(",").at(-1)?.trim();
    const verdict = judge(config.rules, {
      downstream,
      head: this.head,
      remoteIp: forwarded || downstream.remoteAddress,
      metadata: (filter, path) => this.jwt.metadata(filter, path),
    });
    const counter = verdict.allowed ? "envoy_http_rbac_allowed" : "envoy_http_rbac_denied";
    this.scope.services.metrics.add(counter, this.scope.labels.all);
    if (verdict.allowed) return undefined;
    const policy = config.rules.action === "DENY" ? verdict.policy : "none";
    return {
      status: 403,
      body: "RBAC: access denied",
      details: `rbac_access_denied_matched_policy[${policy}]`,
    };
  }

  private act(host: VirtualHost | undefined, route: Route | undefined): void {
    if (host && route?.route) {
      this.exchange = new RouterExchange(this, { host, route, action: route.route });
      this.exchange.start();
    } else if (route?.redirect) this.reply(redirectReply(route.redirect, this.head, route.match));
    else if (route?.directResponse) this.reply(directReply(route.directResponse));
    else this.reply(ROUTE_NOT_FOUND);
  }

  private closed(complete: boolean): void {
    if (this.finished) return;
    this.finished = true;
    if (!complete) this.abandoned();
    this.exchange?.dispose();
    this.account();
  }

  private abandoned(): void {
    if (this.info.responseCode === 0) {
      this.info.flag("DC");
      this.info.details = "downstream_remote_disconnect";
    } else if (!this.info.flags.length && !this.exchange?.upstreamBroke) this.info.flag("DC");
  }

  handOver(): void {
    this.finished = true;
  }

  account(): void {
    const { config, services, facts } = this.scope;
    this.finished = true;
    this.info.duration = this.monotonic() - this.begun;
    this.info.bytesReceived = this.exchange?.bodyBytes ?? 0;
    services.metrics.add("envoy_http_downstream_rq_xx", this.scope.labels.ofAnswer(this.info.responseCode));
    const context = { info: this.info, request: this.head.headers, response: this.responseHeaders };
    if (facts.stats) services.istio.request(this.info, { ...context, filter: facts.stats });
    if (this.span && config.tracing)
      services.tracing.finish(this.span, config.tracing, { info: this.info, request: this.head.headers });
    for (const log of config.accessLog ?? []) {
      if (!isLogged(log.filter, context)) continue;
      services.writeLog(log.typedConfig.path, logLine(log.typedConfig, context));
    }
  }
}
