import type { HttpFilter } from "../../xds/index.ts";
import type { LogContext } from "../access-log.ts";
import { MAX_LABEL_SETS } from "../limits.ts";
import type { StreamInfo } from "../stream-info.ts";
import { MetricOverrides } from "./metric-overrides.ts";
import { fixedLabels, type Labels, type MetricStore } from "./metric-store.ts";
import { type Peer, UNKNOWN } from "./peer.ts";

export interface IstioStatsDeps {
  readonly metrics: MetricStore;
  /** This proxy's own workload. */
  readonly self: Peer;
  /** The service a cluster stands for, by its metadata. */
  readonly service: (
    cluster: string,
  ) => { readonly host: string; readonly name: string; readonly namespace: string } | undefined;
}

export interface Counting extends Omit<LogContext, "info"> {
  readonly filter: HttpFilter;
}

/**
 * Istio's standard metrics (facts from the istio.stats filter of proxy 1.21: labels and their order as there). The side
 * that is asked reports `destination`, the side that asks `source`; a side it cannot know is `unknown`.
 */
export class IstioStats {
  /** Label sets already made, by peer and by everything else they are made of. */
  private made = new WeakMap<Peer, Map<string, Labels>>();

  /** By the filter's configuration; null: it changes nothing. */
  private readonly overrides = new WeakMap<object, MetricOverrides | null>();

  constructor(private readonly deps: IstioStatsDeps) {}

  /** What is known of clusters or of this proxy's own identity has changed. */
  changed(): void {
    this.made = new WeakMap();
  }

  /** `counting` is the filter that counts, and the heads that its dimensions may ask for. */
  request(info: StreamInfo, counting?: Counting): void {
    const labels = this.requestLabels(info);
    const overrides = counting && this.overridesOf(counting.filter.typedConfig);
    const context = { info, request: counting?.request, response: counting?.response };
    const { metrics } = this.deps;
    const labelsFor = (metric: string) => (overrides ? overrides.apply(metric, labels, context) : labels);
    const counted = labelsFor("requests_total");
    if (counted) metrics.add("istio_requests_total", counted);
    const observe = (metric: string, value: number) => {
      const own = labelsFor(metric);
      if (own) metrics.observe(`istio_${metric}`, own, value);
    };
    observe("request_duration_milliseconds", info.duration);
    observe("request_bytes", info.bytesReceived);
    observe("response_bytes", info.bytesSent);
  }

  private overridesOf(config: object): MetricOverrides | undefined {
    const known = this.overrides.get(config);
    if (known !== undefined) return known ?? undefined;
    const made = MetricOverrides.of("value" in config ? config.value : undefined);
    this.overrides.set(config, made ?? null);
    return made;
  }

  tcpOpened(info: StreamInfo): void {
    this.deps.metrics.add("istio_tcp_connections_opened_total", this.tcpLabels(info));
  }

  /** Adds what was moved since the last call. */
  tcpBytes(info: StreamInfo, moved: { readonly sent: number; readonly received: number }): void {
    const labels = this.tcpLabels(info);
    this.deps.metrics.add("istio_tcp_sent_bytes_total", labels, moved.sent);
    this.deps.metrics.add("istio_tcp_received_bytes_total", labels, moved.received);
  }

  tcpClosed(info: StreamInfo): void {
    this.deps.metrics.add("istio_tcp_connections_closed_total", this.tcpLabels(info));
  }

  private requestLabels(info: StreamInfo): Labels {
    const peer = info.peer ?? NOBODY;
    let known = this.made.get(peer);
    if (!known || known.size >= MAX_LABEL_SETS) {
      known = new Map();
      this.made.set(peer, known);
    }
    const { direction, tls } = info.downstream;
    const key = [
      direction,
      info.responseCode,
      info.flagText,
      info.grpc ? `grpc ${info.grpcStatus}` : "",
      info.upstreamCluster,
      info.authority,
      tls?.ownUri,
      tls?.peer?.uri,
      info.upstreamPeer?.uri,
    ].join(" ");
    let labels = known.get(key);
    if (!labels) {
      labels = fixedLabels({
        ...this.common(info),
        request_protocol: info.grpc ? "grpc" : "http",
        response_code: String(info.responseCode),
        grpc_response_status: info.grpc ? info.grpcStatus : "",
        response_flags: info.flagText,
        connection_security_policy: security(info),
      });
      known.set(key, labels);
    }
    return labels;
  }

  private tcpLabels(info: StreamInfo): Labels {
    return {
      ...this.common(info),
      request_protocol: "tcp",
      response_flags: info.flagText,
      connection_security_policy: security(info),
    };
  }

  private common(info: StreamInfo): Labels {
    const { self } = this.deps;
    const inbound = info.downstream.direction === "INBOUND";
    const source = inbound ? info.peer : self;
    const destination = inbound ? self : info.peer;
    const ownUri = inbound ? info.downstream.tls?.ownUri : undefined;
    const peerUri = inbound ? info.downstream.tls?.peer?.uri : info.upstreamPeer?.uri;
    const sourceUri = inbound ? peerUri : info.upstreamPeer ? this.selfUri : undefined;
    const service = this.serviceLabels(info, destination);
    return {
      reporter: inbound ? "destination" : "source",
      source_workload: source?.workload || UNKNOWN,
      source_canonical_service: source?.canonicalName || UNKNOWN,
      source_canonical_revision: source ? source.canonicalRevision || "latest" : "latest",
      source_workload_namespace: source?.namespace || UNKNOWN,
      source_principal: sourceUri || UNKNOWN,
      source_app: source?.app || UNKNOWN,
      source_version: source?.version || UNKNOWN,
      source_cluster: source?.cluster || UNKNOWN,
      destination_workload: destination?.workload || UNKNOWN,
      destination_workload_namespace: destination?.namespace || UNKNOWN,
      destination_principal: (inbound ? ownUri : peerUri) || UNKNOWN,
      destination_app: destination?.app || UNKNOWN,
      destination_version: destination?.version || UNKNOWN,
      destination_service: service.host,
      destination_canonical_service: destination?.canonicalName || UNKNOWN,
      destination_canonical_revision: destination ? destination.canonicalRevision || "latest" : "latest",
      destination_service_name: service.name,
      destination_service_namespace: service.namespace,
      destination_cluster: destination?.cluster || UNKNOWN,
    };
  }

  /** Our own SPIFFE id, told by the agent once it has a certificate. */
  selfUri: string | undefined;

  private serviceLabels(info: StreamInfo, destination: Peer | undefined) {
    const cluster = info.upstreamCluster ?? "";
    const known = this.deps.service(cluster);
    if (known) return known;
    const namespace = destination?.namespace || UNKNOWN;
    if (cluster === "PassthroughCluster" || cluster === "BlackHoleCluster")
      return { host: info.authority || cluster, name: cluster, namespace: UNKNOWN };
    const host = info.authority.replace(/:\d+$/, "");
    return { host: host || UNKNOWN, name: destination?.canonicalName || host || UNKNOWN, namespace };
  }
}

/** Stands for a peer that has said nothing of itself. */
const NOBODY: Peer = {
  id: "",
  workload: "",
  namespace: "",
  app: "",
  version: "",
  canonicalName: "",
  canonicalRevision: "",
  cluster: "",
};

function security(info: StreamInfo): string {
  if (info.downstream.direction === "OUTBOUND") return UNKNOWN;
  return info.downstream.tls?.peer ? "mutual_tls" : "none";
}
