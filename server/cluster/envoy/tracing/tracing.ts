import type { Clock, Disposable, Random } from "../../base/index.ts";
import type { Bootstrap, TracerProvider, Tracing } from "../../xds/index.ts";
import type { HeaderMap } from "../http/headers.ts";
import type { MetricStore } from "../stats/metric-store.ts";
import type { StreamInfo } from "../stream-info.ts";
import type { ClusterRuntime } from "../upstream/cluster-runtime.ts";
import { decideTrace } from "./decide.ts";
import { exportOf } from "./export.ts";
import { MAX_TRACERS } from "./limits.ts";
import { SpanReporter } from "./reporter.ts";
import type { ActiveSpan, FinishedSpan } from "./span.ts";
import { type AttemptFacts, attemptTags, requestTags } from "./span-tags.ts";
import { childSpan, startSpan, type TracerStyle } from "./tracer.ts";

export interface TracingDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly metrics: MetricStore;
  readonly bootstrap: Bootstrap;
  /** The pod's own address. */
  readonly ip: string;
  readonly cluster: (name: string) => ClusterRuntime | undefined;
  readonly environment: (name: string) => string | undefined;
}

interface Subject {
  readonly headers: HeaderMap;
  readonly authority: string;
  readonly inbound: boolean;
  /** The decision is read from x-request-id and written into it. */
  readonly byRequestId: boolean;
}

interface Tracer {
  readonly style: TracerStyle;
  readonly reporter: SpanReporter;
}

/** The tracers of one proxy: that of its bootstrap, and those that listeners name. */
export class ProxyTracing implements Disposable {
  private readonly tracers = new Map<string, Tracer>();

  private byProvider = new WeakMap<TracerProvider, Tracer>();

  constructor(private readonly deps: TracingDeps) {}

  /** Undefined: no tracer is configured, or the request is none of its business. */
  start(config: Tracing, { headers, authority, inbound, byRequestId }: Subject): ActiveSpan | undefined {
    const { random } = this.deps;
    const traced = decideTrace(headers, config, { random: random.fraction, byRequestId });
    const provider = this.provider(config);
    if (!provider) return undefined;
    const { style } = this.tracer(provider);
    const kind = inbound || config.spawnUpstreamSpan ? "SERVER" : "CLIENT";
    return startSpan({ headers, kind, name: style.nameOf(authority, inbound), traced }, style, random);
  }

  /** The span of one try upstream (Envoy router/upstream_request.cc). */
  child(parent: ActiveSpan, cluster: ClusterRuntime): ActiveSpan {
    const name = cluster.config.altStatName ?? cluster.name;
    return childSpan(parent, `router ${name} egress`, this.deps.random);
  }

  finish(span: ActiveSpan, config: Tracing, facts: { info: StreamInfo; request: HeaderMap }): void {
    const { bootstrap, environment } = this.deps;
    this.report(span, config, () => {
      const tags = requestTags({
        ...facts,
        config,
        nodeId: bootstrap.node.id,
        statName: this.statName(facts.info),
        environment,
      });
      return span.finish({ begun: facts.info.started, duration: facts.info.duration, tags });
    });
  }

  finishChild(span: ActiveSpan, config: Tracing, attempt: Omit<AttemptFacts, "statName">): void {
    this.report(span, config, () => {
      const tags = attemptTags({ ...attempt, statName: this.statName(attempt.info) });
      return span.finish({ ...attempt, tags });
    });
  }

  dispose(): void {
    for (const { reporter } of this.tracers.values()) reporter.dispose();
    this.byProvider = new WeakMap();
    this.tracers.clear();
  }

  private report(span: ActiveSpan, config: Tracing, finished: () => FinishedSpan): void {
    const provider = span.context.sampled ? this.provider(config) : undefined;
    if (provider) this.tracer(provider).reporter.add(finished());
  }

  private statName({ upstreamCluster = "" }: StreamInfo): string {
    return this.deps.cluster(upstreamCluster)?.config.altStatName ?? upstreamCluster;
  }

  private provider(config: Tracing): TracerProvider | undefined {
    return config.provider ?? this.deps.bootstrap.tracing?.http;
  }

  private tracer(provider: TracerProvider): Tracer {
    const direct = this.byProvider.get(provider);
    if (direct) return direct;
    const key = JSON.stringify(provider);
    const known = this.tracers.get(key) ?? this.make(key, provider);
    this.byProvider.set(provider, known);
    return known;
  }

  private make(key: string, provider: TracerProvider): Tracer {
    if (this.tracers.size >= MAX_TRACERS) this.dispose();
    const { style, collector, reports, encode } = exportOf(provider, this.deps);
    const made = { style, reporter: new SpanReporter(collector, { ...this.deps, reports, encode }) };
    this.tracers.set(key, made);
    return made;
  }
}
