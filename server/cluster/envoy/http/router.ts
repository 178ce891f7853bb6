import type { ClientRequest, IncomingMessage } from "node:http";
import type { Disposable } from "../../base/index.ts";
import { DisposableStore } from "../../base/index.ts";
import type { Route, RouteAction, VirtualHost, WeightedCluster } from "../../xds/index.ts";
import { HTTP_FILTER_TYPE } from "../../xds/index.ts";
import { milliseconds } from "../duration.ts";
import { headerOf, within } from "../matchers.ts";
import { peerOfEndpoint } from "../stats/peer.ts";
import type { ClusterRuntime } from "../upstream/cluster-runtime.ts";
import type { UpstreamSocket } from "../upstream/dial.ts";
import type { Endpoint } from "../upstream/endpoint.ts";
import { applyHeaderRules } from "./header-rules.ts";
import { type HeaderMap, removeHopByHop } from "./headers.ts";
import {
  clusterNotFound,
  type LocalReply,
  NO_HEALTHY_UPSTREAM,
  OVERFLOW,
  PER_TRY_TIMEOUT,
  RESPONSE_TIMEOUT,
} from "./local-reply.ts";
import { takePeer } from "./prepare.ts";
import { RequestBody } from "./request-body.ts";
import { type AttemptOutcome, backOff, shouldRetry } from "./retry.ts";
import { chooseCluster, rewritePath } from "./route-action.ts";
import type { StreamView } from "./stream-view.ts";
import { joinUpgrade } from "./upgrade.ts";
import { sendUpstream, type UpstreamResult } from "./upstream-request.ts";

export interface Chosen {
  readonly host: VirtualHost;
  readonly route: Route;
  readonly action: RouteAction;
}

/** The router filter at work on one request: attempts, their timeouts and retries, and the answer that wins. */
export class RouterExchange {
  /** The upstream failed after its answer had begun. */
  upstreamBroke = false;
  private attempt = 0;
  private outgoing: ClientRequest | undefined;
  private readonly body: RequestBody;
  private readonly tried = new Set<Endpoint>();
  private readonly timers = new DisposableStore();
  private perTry: Disposable | undefined;
  private done = false;
  private abandoned = 0;
  private answered: IncomingMessage | undefined;
  private readonly cluster: ClusterRuntime | undefined;
  private readonly weighted: WeightedCluster | undefined;
  private settleAttempt: (() => void) | undefined;

  constructor(
    private readonly stream: StreamView,
    private readonly chosen: Chosen,
  ) {
    const { services } = stream.scope;
    const { name, weighted } = chooseCluster(chosen.action, services.random.fraction());
    this.cluster = services.cluster(name);
    this.weighted = weighted;
    stream.info.upstreamCluster = name || undefined;
    this.body = new RequestBody(
      stream.request.body,
      stream.request.hasBody,
      chosen.action.retryPolicy !== undefined,
    );
  }

  get bodyBytes(): number {
    return this.body.bytes;
  }

  start(): void {
    const { stream, chosen, cluster } = this;
    if (!cluster) {
      stream.reply(clusterNotFound(chosen.action.clusterNotFoundResponseCode));
      return;
    }
    this.prepareHead();
    const timeout = milliseconds(chosen.action.timeout) ?? 15_000;
    if (timeout > 0) {
      // Envoy counts from the end of the request.
      this.body.onEnd(() =>
        this.timers.add(
          stream.scope.services.clock.setTimeout(() => this.timedOut(RESPONSE_TIMEOUT), timeout),
        ),
      );
    }
    this.mirror();
    void this.try(cluster);
  }

  dispose(): void {
    this.done = true;
    this.timers.dispose();
    this.perTry?.dispose();
    this.settleAttempt?.();
    this.body.detach();
    // A connection whose exchange is complete goes back to its pool, though Node may report "finish" only a turn later.
    if (!this.answered?.complete || !this.outgoing?.writableEnded) this.outgoing?.destroy();
  }

  private prepareHead(): void {
    const { head, info, scope } = this.stream;
    const { action, route, host } = this.chosen;
    if (this.weighted)
      applyHeaderRules(
        head.headers,
        { add: this.weighted.requestHeadersToAdd, remove: this.weighted.requestHeadersToRemove },
        info,
      );
    applyHeaderRules(
      head.headers,
      { add: route.requestHeadersToAdd, remove: route.requestHeadersToRemove },
      info,
    );
    applyHeaderRules(head.headers, { add: scope.routes()?.requestHeadersToAdd }, info);
    const path = rewritePath(route, head.path);
    if (path !== head.path) head.headers.set("x-envoy-original-path", head.path);
    head.path = path;
    head.authority = this.weighted?.hostRewriteLiteral ?? action.hostRewriteLiteral ?? head.authority;
    info.authority = head.authority;
    if (host.includeRequestAttemptCount) head.headers.set("x-envoy-attempt-count", "1");
    this.stream.span?.inject(head.headers);
    if (this.stream.request.upgrade) {
      head.headers.set("connection", "Upgrade");
      head.headers.set("upgrade", this.stream.request.upgrade.protocol);
    }
  }

  private async try(cluster: ClusterRuntime): Promise<void> {
    const { stream } = this;
    this.attempt += 1;
    const endpoint = await cluster.pick({
      hash: this.hash(),
      avoid: this.chosen.action.retryPolicy?.retryHostPredicate?.length ? this.tried : undefined,
      originalDestination: stream.info.downstream.destination,
    });
    if (this.done) return;
    if (!endpoint) return stream.reply(NO_HEALTHY_UPSTREAM);
    if (cluster.activeRequests >= cluster.limit("maxRequests") || this.pendingOverflow(cluster, endpoint)) {
      stream.scope.services.metrics.add("envoy_cluster_upstream_rq_pending_overflow", cluster.labels.all);
      return stream.reply(OVERFLOW);
    }
    this.tried.add(endpoint);
    stream.info.upstreamEndpoint = endpoint;
    this.send(cluster, endpoint);
  }

  private pendingOverflow(cluster: ClusterRuntime, endpoint: Endpoint): boolean {
    const pool = cluster.pool(endpoint, this.alpn());
    if (pool.maxSockets === Number.POSITIVE_INFINITY) return false;
    const count = (lists: NodeJS.ReadOnlyDict<readonly unknown[]>) =>
      Object.values(lists).reduce((sum, list) => sum + (list?.length ?? 0), 0);
    if (count(pool.freeSockets) > 0 || count(pool.sockets) < pool.maxSockets) return false;
    return count(pool.requests) >= cluster.limit("maxPendingRequests");
  }

  private send(cluster: ClusterRuntime, endpoint: Endpoint): void {
    const { stream } = this;
    const { services } = stream.scope;
    const { head, info } = stream;
    const begun = stream.monotonic();
    services.metrics.add("envoy_cluster_upstream_rq_total", cluster.labels.all);
    cluster.activeRequests += 1;
    endpoint.active += 1;
    endpoint.requests += 1;
    let settled = false;
    this.settleAttempt = () => {
      if (settled) return;
      settled = true;
      cluster.activeRequests -= 1;
      endpoint.active -= 1;
    };
    const attempt = this.attempt;
    const outgoing = sendUpstream(cluster.pool(endpoint, this.alpn()), head, {
      onSocket: (facts) => this.connected(facts, attempt),
      onResult: (result) => {
        if (this.done || attempt !== this.attempt || attempt === this.abandoned) return;
        this.perTry?.dispose();
        info.upstreamServiceTime = stream.monotonic() - begun;
        const status = result.kind === "response" ? result.status : result.kind === "upgrade" ? 101 : 0;
        if (status === 0 || status >= 500) endpoint.errors += 1;
        cluster.observe(endpoint, status);
        services.metrics.add("envoy_cluster_upstream_rq_xx", cluster.labels.ofAnswer(status || 500));
        this.judge(cluster, result);
      },
    });
    this.outgoing = outgoing;
    this.body.attach(outgoing);
    const perTry = milliseconds(this.chosen.action.retryPolicy?.perTryTimeout);
    if (perTry) this.perTry = services.clock.setTimeout(() => this.perTryTimedOut(cluster), perTry);
  }

  private connected(facts: UpstreamSocket | undefined, attempt: number): void {
    if (attempt !== this.attempt || !facts) return;
    this.stream.info.upstreamPeer = facts.peer;
    this.stream.info.upstreamLocal = `${facts.raw.localAddress}:${facts.raw.localPort}`;
  }

  private judge(cluster: ClusterRuntime, result: UpstreamResult): void {
    if (result.kind === "upgrade") {
      this.done = true;
      this.timers.dispose();
      joinUpgrade(this.stream, result, () => this.settleAttempt?.());
      return;
    }
    const outcome: AttemptOutcome =
      result.kind === "response"
        ? { status: result.status }
        : { status: undefined, failure: result.connected ? "reset" : "connect-failure" };
    if (this.retry(cluster, outcome)) {
      if (result.kind === "response") result.message.resume();
      return;
    }
    if (result.kind === "response") this.answer(result.status, result.headers, result.message);
    else {
      this.settleAttempt?.();
      this.giveUp(result.reply);
    }
  }

  /** Starts another attempt if the policy, the body and the budget allow it. */
  private retry(cluster: ClusterRuntime, outcome: AttemptOutcome): boolean {
    const policy = this.chosen.action.retryPolicy;
    if (!policy || !shouldRetry(policy, outcome)) return false;
    const { services } = this.stream.scope;
    const allowed = policy.numRetries ?? 1;
    if (this.attempt > allowed) {
      if (allowed > 0) this.stream.info.flag("URX");
      return false;
    }
    if (!this.body.replayable || cluster.activeRetries >= cluster.limit("maxRetries")) return false;
    services.metrics.add("envoy_cluster_upstream_rq_retry", cluster.labels.all);
    this.settleAttempt?.();
    this.body.detach();
    cluster.activeRetries += 1;
    this.timers.add(
      services.clock.setTimeout(
        () => {
          cluster.activeRetries -= 1;
          if (this.done) return;
          if (this.chosen.host.includeRequestAttemptCount)
            this.stream.head.headers.set("x-envoy-attempt-count", String(this.attempt + 1));
          void this.try(cluster);
        },
        backOff(policy, this.attempt, services.random.fraction()),
      ),
    );
    return true;
  }

  private answer(status: number, headers: HeaderMap, message: IncomingMessage): void {
    const { stream } = this;
    const { info } = stream;
    this.answered = message;
    removeHopByHop(headers);
    headers.remove("transfer-encoding");
    const peer = takePeer(headers);
    if (info.downstream.direction === "OUTBOUND")
      info.peer = peer ?? peerOfEndpoint(info.upstreamEndpoint?.workload());
    headers.set("x-envoy-upstream-service-time", String(Math.round(info.upstreamServiceTime ?? 0)));
    this.responseHeaderRules(headers);
    info.details = "via_upstream";
    if (info.grpc) info.grpcStatus = headers.get("grpc-status") ?? "";
    const { method } = stream.request;
    const empty =
      method === "HEAD" || status === 204 || status === 304 || headers.get("content-length") === "0";
    stream.respond(status, headers, empty);
    const { body } = stream.response;
    message.on("data", (chunk: Buffer) => {
      info.bytesSent += chunk.length;
      if (empty || body.write(chunk)) return;
      message.pause();
      body.once("drain", () => message.resume());
    });
    message.once("end", () => {
      this.settleAttempt?.();
      if (info.grpc) info.grpcStatus = String(message.trailers["grpc-status"] ?? info.grpcStatus);
      if (!empty) body.end();
    });
    message.once("error", () => this.brokeOff());
    message.once("aborted", () => this.brokeOff());
  }

  private responseHeaderRules(headers: HeaderMap): void {
    const { info } = this.stream;
    const { route } = this.chosen;
    if (this.weighted)
      applyHeaderRules(
        headers,
        { add: this.weighted.responseHeadersToAdd, remove: this.weighted.responseHeadersToRemove },
        info,
      );
    applyHeaderRules(
      headers,
      { add: route.responseHeadersToAdd, remove: route.responseHeadersToRemove },
      info,
    );
  }

  private brokeOff(): void {
    if (this.upstreamBroke || this.done) return;
    this.upstreamBroke = true;
    this.settleAttempt?.();
    this.stream.info.flag("UC");
    this.stream.info.details = "upstream_reset_after_response_started{connection_termination}";
    this.stream.response.reset();
  }

  private giveUp(reply: LocalReply): void {
    const { info } = this.stream;
    if (info.downstream.direction === "OUTBOUND")
      info.peer = peerOfEndpoint(info.upstreamEndpoint?.workload());
    this.done = true;
    this.timers.dispose();
    this.stream.reply(reply);
  }

  private perTryTimedOut(cluster: ClusterRuntime): void {
    if (this.answered || this.done) return;
    const late = this.outgoing;
    this.abandoned = this.attempt; // its late result interests nobody
    if (!this.retry(cluster, { status: undefined, failure: "per-try-timeout" }))
      this.timedOut(PER_TRY_TIMEOUT);
    late?.destroy();
  }

  private timedOut(reply: LocalReply): void {
    if (this.done) return;
    this.settleAttempt?.();
    if (this.cluster)
      this.stream.scope.services.metrics.add("envoy_cluster_upstream_rq_timeout", this.cluster.labels.all);
    if (this.answered) {
      this.stream.info.flag("UT");
      this.stream.response.reset();
    } else this.giveUp(reply);
    this.outgoing?.destroy();
  }

  private alpn(): readonly string[] | undefined {
    for (const filter of this.stream.scope.config.httpFilters) {
      const typed = filter.typedConfig;
      if (typed["@type"] === HTTP_FILTER_TYPE.alpn)
        return typed.alpnOverride.find((one) => one.upstreamProtocol === "HTTP11")?.alpnOverride;
    }
    return undefined;
  }

  private hash(): string | undefined {
    const { head, info } = this.stream;
    for (const policy of this.chosen.action.hashPolicy ?? []) {
      if (policy.header) return headerOf(head, policy.header.headerName);
      if (policy.connectionProperties?.sourceIp) return info.downstream.remoteAddress;
      if (policy.queryParameter)
        return (
          new URLSearchParams(head.path.split("?")[1] ?? "").get(policy.queryParameter.name) ?? undefined
        );
      if (policy.cookie) {
        const { name } = policy.cookie;
        const pairs = (head.headers.get("cookie") ?? "").split(/;\s*/);
        return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
      }
    }
    return undefined;
  }

  /** Copies go out at once and their answers are dropped. */
  private mirror(): void {
    const { services } = this.stream.scope;
    for (const policy of this.chosen.action.requestMirrorPolicies ?? []) {
      const fraction = policy.runtimeFraction?.defaultValue;
      if (fraction && !within(fraction, services.random.fraction())) continue;
      const cluster = services.cluster(policy.cluster);
      if (cluster) void this.sendCopy(cluster, policy.disableShadowHostSuffixAppend ?? false);
    }
  }

  private async sendCopy(cluster: ClusterRuntime, sameHost: boolean): Promise<void> {
    const { head, info } = this.stream;
    const copy = { ...head, headers: head.headers.clone() };
    const [host = "", port] = copy.authority.split(":");
    if (!sameHost) copy.authority = `${host}-shadow${port === undefined ? "" : `:${port}`}`;
    const endpoint = await cluster.pick({ originalDestination: info.downstream.destination });
    if (!endpoint) return;
    const outgoing = sendUpstream(cluster.pool(endpoint, this.alpn()), copy, {
      onSocket: () => undefined,
      onResult: (result) => {
        if (result.kind === "response") result.message.resume();
      },
    });
    this.body.mirror(outgoing);
  }
}
