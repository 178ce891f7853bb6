import type { Clock, Disposable, Random } from "../../base/index.ts";
import type { Bootstrap, TracerProvider, Tracing } from "../../xds/index.ts";
import type { HeaderMap } from "../http/headers.ts";
import type { MetricStore } from "../stats/metric-store.ts";
import type { StreamInfo } from "../stream-info.ts";
import type { ClusterRuntime } from "../upstream/cluster-runtime.ts";
import { decideTrace } from "./decide.ts";
import { MAX_TRACERS } from "./limits.ts";
import { SpanReporter } from "./reporter.ts";
import type { ActiveSpan, SpanKind } from "./span.ts";
import { b3 } from "./trace-context.ts";
import { startSpan } from "./tracer.ts";
import { zipkinJson } from "./zipkin.ts";

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
  readonly kind: SpanKind;
}

/** The tracers of one proxy: that of its bootstrap, and those that listeners name. */
export class ProxyTracing implements Disposable {
  private readonly reporters = new Map<string, SpanReporter>();

  private byProvider = new WeakMap<TracerProvider, SpanReporter>();

  constructor(private readonly deps: TracingDeps) {}

  /** Undefined: no tracer is configured, or the request is none of its business. */
  start(config: Tracing, subject: Subject): ActiveSpan | undefined {
    const { random } = this.deps;
    const traced = decideTrace(subject.headers, config, random.fraction);
    if (!this.provider(config)) return undefined;
    return startSpan({ ...subject, traced }, b3, random);
  }

  finish(span: ActiveSpan, config: Tracing, facts: { info: StreamInfo; request: HeaderMap }): void {
    if (!span.context.sampled) return;
    const provider = this.provider(config);
    if (!provider) return;
    const { bootstrap, environment } = this.deps;
    const cluster = facts.info.upstreamCluster ?? "";
    const finished = span.finish({
      ...facts,
      customTags: config.customTags ?? [],
      nodeId: bootstrap.node.id,
      statName: this.deps.cluster(cluster)?.config.altStatName ?? cluster,
      environment,
    });
    this.reporter(provider).add(finished);
  }

  dispose(): void {
    for (const one of this.reporters.values()) one.dispose();
    this.byProvider = new WeakMap();
    this.reporters.clear();
  }

  private provider(config: Tracing): TracerProvider | undefined {
    const provider = config.provider ?? this.deps.bootstrap.tracing?.http;
    return provider?.name === "envoy.tracers.zipkin" ? provider : undefined;
  }

  private reporter(provider: TracerProvider): SpanReporter {
    const direct = this.byProvider.get(provider);
    if (direct) return direct;
    const key = JSON.stringify(provider);
    const known = this.reporters.get(key) ?? this.make(key, provider);
    this.byProvider.set(provider, known);
    return known;
  }

  private make(key: string, provider: TracerProvider): SpanReporter {
    if (this.reporters.size >= MAX_TRACERS) this.dispose();
    const { collectorCluster, collectorEndpoint, collectorHostname } = provider.typedConfig;
    const { bootstrap, ip } = this.deps;
    const made = new SpanReporter(
      {
        cluster: collectorCluster,
        path: collectorEndpoint,
        authority: collectorHostname || collectorCluster,
        contentType: "application/json",
      },
      {
        ...this.deps,
        encode: (spans) => zipkinJson(spans, { serviceName: bootstrap.node.cluster, ipv4: ip }),
      },
    );
    this.reporters.set(key, made);
    return made;
  }
}
