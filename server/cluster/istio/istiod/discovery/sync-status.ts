import { TYPE_URL } from "../../../xds/index.ts";
import type { DiscoveryStream } from "./stream.ts";

/** A row of /debug/syncz, field names and order as upstream's SyncStatus. */
export interface SyncStatus {
  readonly cluster_id?: string;
  readonly proxy?: string;
  readonly proxy_type?: string;
  readonly istio_version?: string;
  readonly cluster_sent?: string;
  readonly cluster_acked?: string;
  readonly listener_sent?: string;
  readonly listener_acked?: string;
  readonly route_sent?: string;
  readonly route_acked?: string;
  readonly endpoint_sent?: string;
  readonly endpoint_acked?: string;
}

export function syncStatus(stream: DiscoveryStream): SyncStatus {
  const { proxy } = stream;
  const sent = (typeUrl: (typeof TYPE_URL)[keyof typeof TYPE_URL]) => stream.state(typeUrl)?.sentNonce;
  const acked = (typeUrl: (typeof TYPE_URL)[keyof typeof TYPE_URL]) => stream.state(typeUrl)?.ackedNonce;
  return withoutUndefined({
    cluster_id: proxy.clusterId,
    proxy: `${proxy.name}.${proxy.namespace}`,
    proxy_type: proxy.type,
    istio_version: proxy.istioVersion,
    cluster_sent: sent(TYPE_URL.cluster),
    cluster_acked: acked(TYPE_URL.cluster),
    listener_sent: sent(TYPE_URL.listener),
    listener_acked: acked(TYPE_URL.listener),
    route_sent: sent(TYPE_URL.route),
    route_acked: acked(TYPE_URL.route),
    endpoint_sent: sent(TYPE_URL.endpoint),
    endpoint_acked: acked(TYPE_URL.endpoint),
  });
}

function withoutUndefined(fields: Readonly<Record<string, string | undefined>>): SyncStatus {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined && value !== ""),
  );
}

/** istioctl's diff reads this: what istiod sent, by type. */
export function configDump(stream: DiscoveryStream): object {
  const of = (typeUrl: (typeof TYPE_URL)[keyof typeof TYPE_URL]): readonly unknown[] => {
    const parsed: unknown = JSON.parse(stream.state(typeUrl)?.sentText ?? "[]");
    return Array.isArray(parsed) ? parsed : [];
  };
  const version = stream.state(TYPE_URL.cluster)?.sentVersion ?? "";
  return {
    configs: [
      {
        "@type": "type.googleapis.com/envoy.admin.v3.ClustersConfigDump",
        versionInfo: version,
        dynamicActiveClusters: of(TYPE_URL.cluster).map((cluster) => ({ versionInfo: version, cluster })),
      },
      {
        "@type": "type.googleapis.com/envoy.admin.v3.ListenersConfigDump",
        versionInfo: version,
        dynamicListeners: of(TYPE_URL.listener).map((listener) => ({
          activeState: { versionInfo: version, listener },
        })),
      },
      {
        "@type": "type.googleapis.com/envoy.admin.v3.RoutesConfigDump",
        dynamicRouteConfigs: of(TYPE_URL.route).map((routeConfig) => ({ versionInfo: version, routeConfig })),
      },
    ],
  };
}
