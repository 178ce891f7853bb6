import { DisposableStore } from "../../base/index.ts";
import type { Route, RouteAction, VirtualHost, WeightedCluster } from "../../xds/index.ts";
import { peerOfEndpoint } from "../stats/peer.ts";
import type { ClusterRuntime } from "../upstream/cluster-runtime.ts";
import type { Endpoint } from "../upstream/endpoint.ts";
import { Attempt, type AttemptOwner } from "./attempt.ts";
import { hashKey } from "./hash-key.ts";
import { applyHeaderRules } from "./header-rules.ts";
import { type HeaderMap, removeHopByHop } from "./headers.ts";
import {
  afterRetries,
  clusterNotFound,
  type LocalReply,
  NO_HEALTHY_UPSTREAM,
  OVERFLOW,
  PER_TRY_TIMEOUT,
  RESPONSE_TIMEOUT,
} from "./local-reply.ts";
import type { TakenOver } from "./message.ts";
import { mirrorRequest } from "./mirror.ts";
import { takePeer } from "./prepare.ts";
import { RequestBody } from "./request-body.ts";
import { type AttemptOutcome, backOff, shouldRetry } from "./retry.ts";
import { chooseCluster, rewritePath } from "./route-action.ts";
import { type Orders, takeOrders } from "./router-orders.ts";
import type { StreamView } from "./stream-view.ts";
import { joinUpgrade } from "./upgrade.ts";
import type { UpstreamStream } from "./upstream.ts";

export interface Chosen {
  readonly host: VirtualHost;
  readonly route: Route;
  readonly action: RouteAction;
}

/** The router filter at work on one request: attempts, their timeouts and retries, and the answer that wins. */
export class RouterExchange implements AttemptOwner {
  /** The upstream failed after its answer had begun. */
  upstreamBroke = false;
  private attempts = 0;
  private current: Attempt | undefined;
  private readonly body: RequestBody;
  private tried: Set<Endpoint> | undefined;
  private exhausted: ReadonlySet<number> | undefined;
  private timers: DisposableStore | undefined;
  private done = false;
  private answering = false;
  private silent = false;
  private readonly cluster: ClusterRuntime | undefined;
  private readonly weighted: WeightedCluster | undefined;
  private readonly orders: Orders;

  constructor(
    private readonly stream: StreamView,
    private readonly chosen: Chosen,
  ) {
    const { services } = stream.scope;
    const { name, weighted } = chooseCluster(chosen.action, services.random.fraction);
    this.cluster = services.cluster(name);
    this.weighted = weighted;
    stream.info.upstreamCluster = name || undefined;
    this.orders = takeOrders(stream.head.headers, chosen.action);
    const { body, hasBody } = stream.request;
    this.body = new RequestBody(body, hasBody, this.orders.retryPolicy !== undefined);
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
    const { timeout } = this.orders;
    // Envoy counts from the end of the request.
    if (timeout > 0) this.body.onEnd(() => this.after(timeout, () => this.timedOut(RESPONSE_TIMEOUT)));
    if (chosen.action.requestMirrorPolicies) mirrorRequest(stream, chosen.action, this.body);
    this.try(cluster);
  }

  dispose(): void {
    this.done = true;
    this.timers?.dispose();
    this.body.detach();
    this.current?.dispose();
  }

  private after(ms: number, task: () => void): void {
    if (this.done) return;
    this.timers ??= new DisposableStore();
    this.timers.add(this.stream.scope.services.clock.setTimeout(task, ms));
  }

  private prepareHead(): void {
    const { head, info, scope, request, span } = this.stream;
    const { action, route, host } = this.chosen;
    const { weighted } = this;
    if (weighted)
      applyHeaderRules(
        head.headers,
        { add: weighted.requestHeadersToAdd, remove: weighted.requestHeadersToRemove },
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
    head.authority = weighted?.hostRewriteLiteral ?? action.hostRewriteLiteral ?? head.authority;
    info.authority = head.authority;
    if (host.includeRequestAttemptCount) head.headers.set("x-envoy-attempt-count", "1");
    const expected = this.orders.perTryTimeout || this.orders.timeout;
    if (expected > 0) head.headers.set("x-envoy-expected-rq-timeout-ms", String(expected));
    span?.inject(head.headers);
    if (request.upgrade !== undefined) {
      head.headers.set("connection", "Upgrade");
      head.headers.set("upgrade", request.upgrade);
    }
  }

  private try(cluster: ClusterRuntime): void {
    const { stream, chosen } = this;
    this.attempts += 1;
    const { head, info } = stream;
    const avoids = this.orders.retryPolicy?.retryHostPredicate?.length;
    const picked = cluster.pick({
      hash: hashKey(chosen.action.hashPolicy, head, info.downstream.remoteAddress),
      avoid: avoids ? this.tried : undefined,
      avoidPriorities: this.triedPriorities(),
      originalDestination: info.downstream.destination,
    });
    if (!(picked instanceof Promise)) {
      this.send(cluster, picked);
      return;
    }
    picked.then(
      (endpoint) => this.send(cluster, endpoint),
      () => this.send(cluster, undefined),
    );
  }

  /**
   * Where retries go to other localities: priorities already tried, looked at again after each two tries (Envoy
   * retry/priority/previous_priorities). Hosts count once here, where Envoy counts tries.
   */
  private triedPriorities(): ReadonlySet<number> | undefined {
    const every = this.orders.retryPolicy?.retryPriority?.typedConfig.updateFrequency;
    const before = this.attempts - 1;
    if (every === undefined || before < every) return undefined;
    if (before % every === 0)
      this.exhausted = new Set([...(this.tried ?? [])].map(({ priority }) => priority));
    return this.exhausted;
  }

  private send(cluster: ClusterRuntime, endpoint: Endpoint | undefined): void {
    const { stream, orders } = this;
    if (this.done) return;
    if (!endpoint) {
      this.giveUp(NO_HEALTHY_UPSTREAM);
      return;
    }
    if (cluster.activeRequests >= cluster.limit("maxRequests")) {
      stream.scope.services.metrics.add("envoy_cluster_upstream_rq_pending_overflow", cluster.labels.all);
      this.giveUp(OVERFLOW);
      return;
    }
    if (orders.retryPolicy) {
      this.tried ??= new Set();
      this.tried.add(endpoint);
    }
    stream.info.upstreamEndpoint = endpoint;
    const attempt = new Attempt({ stream, cluster, endpoint, retries: this.attempts - 1 }, this);
    this.current = attempt;
    if (orders.perTryTimeout > 0)
      attempt.perTry = stream.scope.services.clock.setTimeout(
        () => this.perTryTimedOut(cluster, attempt),
        orders.perTryTimeout,
      );
    attempt.start(this.body.present);
  }

  ready(upstream: UpstreamStream): void {
    this.body.attach(upstream);
  }

  answered(status: number, headers: HeaderMap, end: boolean): boolean {
    const { cluster } = this;
    const grpcStatus = this.stream.info.grpc ? headers.get("grpc-status") : undefined;
    if (cluster && this.retry(cluster, { status, grpcStatus })) return false;
    this.answer(status, headers, end);
    return true;
  }

  upgraded(headers: HeaderMap, connection: TakenOver): void {
    const attempt = this.current;
    this.done = true;
    this.timers?.dispose();
    joinUpgrade(this.stream, { headers, connection }, () => attempt?.settle());
  }

  failed(reply: LocalReply, how: { readonly connected: boolean; readonly answered: boolean }): void {
    if (this.done) return;
    if (how.answered) {
      this.brokeOff();
      return;
    }
    if (reply.flag === "UO") {
      this.giveUp(reply);
      return;
    }
    const failure = how.connected ? "reset" : "connect-failure";
    const refused = reply.details.includes("refused stream");
    const outcome = { status: undefined, failure: refused ? ("refused-stream" as const) : failure } as const;
    if (this.cluster && this.retry(this.cluster, outcome)) return;
    this.giveUp(reply);
  }

  data(chunk: Buffer): void {
    const { info, response } = this.stream;
    info.bytesSent += chunk.length;
    if (this.silent || response.write(chunk)) return;
    const attempt = this.current;
    attempt?.pause();
    response.onDrain(() => attempt?.resume());
  }

  ended(trailers: HeaderMap | undefined): void {
    const { info, response } = this.stream;
    if (info.grpc) info.grpcStatus = trailers?.get("grpc-status") ?? info.grpcStatus;
    if (!this.silent) response.end(trailers);
  }

  /** Starts another attempt if the policy, the body and the budget allow it. */
  private retry(cluster: ClusterRuntime, outcome: AttemptOutcome): boolean {
    const policy = this.orders.retryPolicy;
    if (!policy || !shouldRetry(policy, outcome)) return false;
    const { info, scope } = this.stream;
    const { metrics, random } = scope.services;
    const allowed = policy.numRetries ?? 1;
    if (this.attempts > allowed) {
      if (allowed > 0) info.flag("URX");
      metrics.add("envoy_cluster_upstream_rq_retry_limit_exceeded", cluster.labels.all);
      return false;
    }
    if (!this.body.replayable) return false;
    if (cluster.activeRetries >= cluster.limit("maxRetries")) {
      info.flag("UO");
      metrics.add("envoy_cluster_upstream_rq_retry_overflow", cluster.labels.all);
      return false;
    }
    metrics.add("envoy_cluster_upstream_rq_retry", cluster.labels.all);
    this.body.detach();
    cluster.activeRetries += 1;
    const again = () => {
      cluster.activeRetries -= 1;
      if (this.done) return;
      if (this.chosen.host.includeRequestAttemptCount)
        this.stream.head.headers.set("x-envoy-attempt-count", String(this.attempts + 1));
      this.try(cluster);
    };
    // Not one of this exchange's timers: the budget is given back even when the client has gone.
    scope.services.clock.setTimeout(again, backOff(policy, this.attempts, random.fraction()));
    return true;
  }

  private answer(status: number, headers: HeaderMap, end: boolean): void {
    const { stream } = this;
    const { info } = stream;
    this.answering = true;
    removeHopByHop(headers);
    const peer = takePeer(headers);
    if (info.downstream.direction === "OUTBOUND")
      info.peer = peer ?? peerOfEndpoint(info.upstreamEndpoint?.workload());
    headers.set("x-envoy-upstream-service-time", String(Math.round(info.upstreamServiceTime ?? 0)));
    this.responseHeaderRules(headers);
    info.details = "via_upstream";
    if (info.grpc) info.grpcStatus = headers.get("grpc-status") ?? "";
    this.silent = end || stream.request.method === "HEAD";
    stream.respond(status, headers, this.silent);
  }

  private responseHeaderRules(headers: HeaderMap): void {
    const { info } = this.stream;
    const { route } = this.chosen;
    const { weighted } = this;
    if (weighted)
      applyHeaderRules(
        headers,
        { add: weighted.responseHeadersToAdd, remove: weighted.responseHeadersToRemove },
        info,
      );
    applyHeaderRules(
      headers,
      { add: route.responseHeadersToAdd, remove: route.responseHeadersToRemove },
      info,
    );
  }

  private brokeOff(): void {
    if (this.upstreamBroke) return;
    this.upstreamBroke = true;
    this.stream.info.flag("UC");
    this.stream.info.details = "upstream_reset_after_response_started{connection_termination}";
    this.stream.response.reset();
  }

  private giveUp(reply: LocalReply): void {
    const { info } = this.stream;
    if (info.downstream.direction === "OUTBOUND")
      info.peer = peerOfEndpoint(info.upstreamEndpoint?.workload());
    this.done = true;
    this.timers?.dispose();
    this.stream.reply(this.attempts > 1 ? afterRetries(reply) : reply);
  }

  private perTryTimedOut(cluster: ClusterRuntime, attempt: Attempt): void {
    if (this.answering || this.done) return;
    attempt.dispose(); // its late answer interests nobody
    if (!this.retry(cluster, { status: undefined, failure: "per-try-timeout" }))
      this.timedOut(PER_TRY_TIMEOUT);
  }

  private timedOut(reply: LocalReply): void {
    if (this.done) return;
    const { metrics } = this.stream.scope.services;
    if (this.cluster) metrics.add("envoy_cluster_upstream_rq_timeout", this.cluster.labels.all);
    this.current?.dispose();
    if (this.answering) {
      this.stream.info.flag("UT");
      this.stream.response.reset();
    } else this.giveUp(reply);
  }
}
