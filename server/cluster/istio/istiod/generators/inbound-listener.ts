import {
  type FilterChain,
  type FilterChainMatch,
  LISTENER_TYPE,
  type Listener,
  type NetworkFilter,
} from "../../../xds/index.ts";
import { isHttp, type Protocol } from "../push/protocol.ts";
import { type MeshProxy, proxyLabels } from "../push/proxy.ts";
import type { PushContext } from "../push/push-context.ts";
import { listenerAccessLog } from "./access-log.ts";
import { tcpAuthorization } from "./authorization.ts";
import { connectionManager, tcpProxyFilters } from "./connection-manager.ts";
import { inboundHttpFilters } from "./http-filters.ts";
import { type InboundTarget, inboundTargets } from "./inbound-targets.ts";
import {
  everyAddress,
  exceptOn,
  httpInspector,
  ISTIO_ALPN,
  ISTIO_HTTP_ALPN,
  ISTIO_TCP_ALPN,
  originalDestination,
  PLAIN_HTTP,
  tlsInspector,
} from "./listener-parts.ts";
import { BLACK_HOLE, inboundCluster, inboundPassthrough } from "./names.ts";
import { inboundRoute } from "./route-action.ts";
import { inboundMutualTls } from "./tls-context.ts";

type Mode = "DISABLE" | "PERMISSIVE" | "STRICT";

/** One way in: what the first bytes must look like, and what is then spoken. */
interface ChainShape {
  readonly match: FilterChainMatch;
  readonly tls: boolean;
  readonly http: boolean;
}

const TLS = { transportProtocol: "tls" } as const;
const RAW = { transportProtocol: "raw_buffer" } as const;

/**
 * The chains of one port by its mode and protocol. This table is what STRICT means: under it nothing matches plain text.
 * Follows pilot filterchain_options.go.
 */
function shapes(mode: Mode, protocol: Protocol): readonly ChainShape[] {
  const kind = isHttp(protocol) ? "http" : protocol === "AUTO" ? "auto" : "tcp";
  const mutualHttp = { match: { ...TLS, applicationProtocols: ISTIO_HTTP_ALPN }, tls: true, http: true };
  const plainHttp = { match: { ...RAW, applicationProtocols: PLAIN_HTTP }, tls: false, http: true };
  const mutualTcp = { match: { ...TLS, applicationProtocols: ISTIO_TCP_ALPN }, tls: true, http: false };
  // The application's own TLS, passed through as it is.
  const foreignTls = { match: TLS, tls: false, http: false };
  const plainTcp = { match: RAW, tls: false, http: false };
  const table: Record<Mode, Record<typeof kind, readonly ChainShape[]>> = {
    PERMISSIVE: {
      http: [
        { match: { ...TLS, applicationProtocols: ISTIO_ALPN }, tls: true, http: true },
        { match: RAW, tls: false, http: true },
      ],
      tcp: [mutualTcp, foreignTls, plainTcp],
      auto: [mutualHttp, plainHttp, mutualTcp, plainTcp, foreignTls],
    },
    STRICT: {
      http: [{ match: TLS, tls: true, http: true }],
      tcp: [{ match: TLS, tls: true, http: false }],
      auto: [mutualHttp, { match: TLS, tls: true, http: false }],
    },
    DISABLE: {
      http: [{ match: RAW, tls: false, http: true }],
      tcp: [{ match: RAW, tls: false, http: false }, foreignTls],
      auto: [plainHttp, plainTcp, foreignTls],
    },
  };
  return table[mode][kind];
}

/** Listener 15006: everything that comes into the pod. */
export function virtualInbound(proxy: MeshProxy, push: PushContext): Listener {
  const targets = inboundTargets(proxy, push);
  const mtls = push.peerAuthentications.workload(proxy.namespace, proxyLabels(proxy, push));
  const known = targets.filter(({ port }) => port.protocol !== "AUTO").map(({ targetPort }) => targetPort);
  // Ports without a service that a policy names have chains of their own, for their mode.
  const undeclared = [...mtls.ports.keys()]
    .filter((port) => !targets.some(({ targetPort }) => targetPort === port))
    .sort((a, b) => a - b);
  return {
    "@type": LISTENER_TYPE,
    name: "virtualInbound",
    address: { socketAddress: { address: "0.0.0.0", portValue: 15006 } },
    filterChains: [
      blackHole({ proxy, push }),
      ...passthroughChains(mtls.mode, { proxy, push }),
      ...undeclared.flatMap((port) =>
        passthroughChains(mtls.ports.get(port) ?? mtls.mode, { proxy, push, port }),
      ),
      ...targets.flatMap((target) =>
        portChains(target, mtls.ports.get(target.targetPort) ?? mtls.mode, { proxy, push }),
      ),
    ],
    listenerFilters: [originalDestination, tlsInspector, exceptOn(httpInspector, known)],
    listenerFiltersTimeout: "0s",
    continueOnListenerFiltersTimeout: true,
    trafficDirection: "INBOUND",
    accessLog: listenerAccessLog({ proxy, push, side: "SERVER" }),
  };
}

/** A request for 15006 itself would go round for ever. */
function blackHole({ proxy, push }: Context): FilterChain {
  return {
    name: "virtualInbound-blackhole",
    filterChainMatch: { destinationPort: 15006 },
    filters: tcpProxyFilters({
      proxy,
      push,
      side: "SERVER",
      statPrefix: BLACK_HOLE,
      target: { cluster: BLACK_HOLE },
      exchange: false,
    }),
  };
}

interface Context {
  readonly proxy: MeshProxy;
  readonly push: PushContext;
}

function passthroughChains(mode: Mode, of: Context & { readonly port?: number }): readonly FilterChain[] {
  const cluster = inboundPassthrough(of.push);
  const address = of.push.gates.passthroughChainsMatchAddress ? everyAddress : {};
  return shapes(mode, "AUTO").map((shape) =>
    chain(shape, {
      ...of,
      name:
        of.port === undefined
          ? shape.http
            ? "virtualInbound-catchall-http"
            : "virtualInbound"
          : `0.0.0.0_${of.port}`,
      match: of.port === undefined ? address : { destinationPort: of.port },
      cluster,
      statPrefix: cluster,
      virtualHost: "inbound|http|0",
      operation: ":0/*",
    }),
  );
}

function portChains(target: InboundTarget, mode: Mode, context: Context): readonly FilterChain[] {
  const { service, port, targetPort } = target;
  return shapes(mode, port.protocol).map((shape) =>
    chain(shape, {
      ...context,
      name: `0.0.0.0_${targetPort}`,
      match: { destinationPort: targetPort },
      cluster: inboundCluster(targetPort),
      statPrefix: `inbound_0.0.0.0_${targetPort};`,
      virtualHost: `inbound|http|${port.port}`,
      operation: `${service.hostname}:${port.port}/*`,
    }),
  );
}

interface ChainOptions extends Context {
  readonly name: string;
  readonly match: FilterChainMatch;
  readonly cluster: string;
  readonly statPrefix: string;
  readonly virtualHost: string;
  readonly operation: string;
}

function chain(shape: ChainShape, options: ChainOptions): FilterChain {
  const { push } = options;
  const alpn = shape.http ? ["h2", "http/1.1"] : ["istio-peer-exchange", "h2", "http/1.1"];
  return {
    name: options.name,
    filterChainMatch: { ...options.match, ...shape.match },
    ...(shape.tls ? { transportSocket: inboundMutualTls(push.mesh.trustDomain, alpn) } : {}),
    filters: shape.http ? httpFilters(options) : tcpFilters(shape, options),
  };
}

function httpFilters(options: ChainOptions): readonly NetworkFilter[] {
  const { proxy, push, cluster, virtualHost, operation, statPrefix } = options;
  return [
    connectionManager({
      proxy,
      push,
      statPrefix,
      kind: "inbound",
      httpFilters: inboundHttpFilters({ proxy, push }),
      routes: {
        routeConfig: {
          name: cluster,
          virtualHosts: [{ name: virtualHost, domains: ["*"], routes: [inboundRoute(cluster, operation)] }],
          validateClusters: false,
        },
      },
    }),
  ];
}

function tcpFilters(shape: ChainShape, { proxy, push, cluster }: ChainOptions): readonly NetworkFilter[] {
  return tcpProxyFilters({
    proxy,
    push,
    side: "SERVER",
    statPrefix: cluster,
    target: { cluster },
    before: tcpAuthorization(proxy, push),
    exchange: shape.tls,
  });
}
