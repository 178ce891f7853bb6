import type { ConnectionPool, SidecarIngress } from "../model/networking.ts";
import { declaredProtocol } from "../push/protocol.ts";
import { type MeshProxy, type ServiceTarget, serviceTargets } from "../push/proxy.ts";
import type { PushContext } from "../push/push-context.ts";
import { sidecarOf } from "./scope.ts";

/** A port of the pod that others may ask, and where the sidecar finds the application. */
export interface InboundTarget extends ServiceTarget {
  /** Another address than the one that was dialled: Sidecar `defaultEndpoint`. */
  readonly endpoint?: { readonly address: string; readonly port: number };
  readonly connectionPool?: ConnectionPool;
}

/**
 * Ports that services send to; with a Sidecar that lists `ingress`, exactly those. Two services may send to one port:
 * the older one names it.
 */
export function inboundTargets(proxy: MeshProxy, push: PushContext): readonly InboundTarget[] {
  const sidecar = sidecarOf(proxy, push)?.spec;
  const services = serviceTargets(proxy, push);
  const pool = sidecar?.inboundConnectionPool ? { connectionPool: sidecar.inboundConnectionPool } : {};
  const targets = sidecar?.ingress?.length
    ? sidecar.ingress.flatMap((ingress) => ingressTarget(ingress, services) ?? [])
    : services;
  const byPort = new Map<number, InboundTarget>();
  for (const target of targets)
    if (!byPort.has(target.targetPort)) byPort.set(target.targetPort, { ...pool, ...target });
  return [...byPort.values()];
}

function ingressTarget(
  { port, defaultEndpoint, connectionPool }: SidecarIngress,
  services: readonly ServiceTarget[],
): InboundTarget | undefined {
  const own = services.find(({ targetPort }) => targetPort === port.number) ?? services[0];
  if (!own) return undefined;
  const [address = "", target = ""] = defaultEndpoint?.split(":") ?? [];
  const local = defaultEndpoint !== undefined && !defaultEndpoint.startsWith("unix://");
  return {
    service: own.service,
    port: {
      name: port.name ?? "",
      port: port.number,
      protocol: declaredProtocol(port.protocol),
      targetPort: port.number,
    },
    targetPort: port.number,
    ...(local ? { endpoint: { address: address || "127.0.0.1", port: Number(target) } } : {}),
    ...(connectionPool ? { connectionPool } : {}),
  };
}
