import { GATEWAY_SERVICE } from "../gateway-api/names.ts";
import type { GatewayServer } from "../model/networking.ts";
import { labelsMatch } from "./host-names.ts";
import { type MeshProxy, proxyLabels, serviceTargets } from "./proxy.ts";
import type { PushContext } from "./push-context.ts";

/** One server of one Gateway, as a gateway pod opens it. */
export interface BoundServer {
  /** `namespace/name` of the Gateway. */
  readonly gateway: string;
  readonly gatewayName: string;
  readonly gatewayNamespace: string;
  readonly server: GatewayServer;
  readonly bind: string;
  /** The port of the pod that the Service sends the server's port to. */
  readonly targetPort: number;
}

/** Servers that share an address and a port of the pod, oldest Gateway first. */
export interface MergedPort {
  readonly bind: string;
  readonly port: number;
  readonly servers: readonly BoundServer[];
}

/** Servers of all Gateways that select the pod, merged by address and target port. */
export function mergedPorts(proxy: MeshProxy, push: PushContext): readonly MergedPort[] {
  const labels = proxyLabels(proxy, push);
  const services = new Set(
    serviceTargets(proxy, push).map(({ service }) => `${service.namespace}/${service.name}`),
  );
  const targets = new Map(serviceTargets(proxy, push).map(({ port, targetPort }) => [port.port, targetPort]));
  const merged = new Map<string, { bind: string; port: number; servers: BoundServer[] }>();
  for (const gateway of push.gateways) {
    const { name = "", namespace = "" } = gateway.metadata;
    const named = gateway.metadata.annotations?.[GATEWAY_SERVICE]?.split(",");
    if (named ? !named.some((name) => services.has(name)) : !labelsMatch(gateway.spec.selector, labels))
      continue;
    for (const server of gateway.spec.servers ?? []) {
      const targetPort = targets.get(server.port.number) ?? server.port.number;
      const bind = server.bind || "0.0.0.0";
      const key = `${bind}_${targetPort}`;
      const entry = merged.get(key) ?? { bind, port: targetPort, servers: [] };
      merged.set(key, entry);
      entry.servers.push({
        gateway: `${namespace}/${name}`,
        gatewayName: name,
        gatewayNamespace: namespace,
        server,
        bind,
        targetPort,
      });
    }
  }
  return [...merged.values()].sort((a, b) => a.port - b.port);
}

export type ServerKind = "http" | "https-terminated" | "tcp" | "tls-terminated" | "tls-passthrough";

export function serverKind({ port, tls }: GatewayServer): ServerKind {
  const protocol = port.protocol.toUpperCase();
  if (protocol === "HTTP" || protocol === "HTTP2" || protocol === "GRPC" || protocol === "GRPC-WEB")
    return "http";
  const passes = tls?.mode === "PASSTHROUGH" || tls?.mode === "AUTO_PASSTHROUGH";
  if (protocol === "HTTPS") return passes ? "tls-passthrough" : "https-terminated";
  if (protocol === "TLS") return passes ? "tls-passthrough" : "tls-terminated";
  return "tcp";
}

/** `namespace/host` limits whose routes may use the host; the host alone is for everybody. */
export function serverHosts(
  bound: BoundServer,
): readonly { readonly namespace: string; readonly host: string }[] {
  return bound.server.hosts.map((text) => {
    const [scope, host] = text.includes("/") ? text.split("/") : ["*", text];
    return { namespace: scope === "." ? bound.gatewayNamespace : (scope ?? "*"), host: host ?? "*" };
  });
}

export function httpsRouteName(bound: BoundServer): string {
  const { number, name } = bound.server.port;
  return `https.${number}.${name}.${bound.gatewayName}.${bound.gatewayNamespace}`;
}

export const httpRouteName = (targetPort: number): string => `http.${targetPort}`;
