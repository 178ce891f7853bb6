import type { Clock, Disposable, Logger } from "./base/index.ts";
import { FIRST_BALANCER_ADDRESS } from "./controllers/index.ts";
import { openAddressEdges, openLoopbackEdges, type PracticeNetwork } from "./network/index.ts";
import type { Edges } from "./options.ts";

/** Service ports of the ingress gateway that learners call from their shell. */
export const GATEWAY_PORTS = [80, 443];

export interface RealGateway {
  readonly ip: string;
  /** Service port → real port. */
  readonly ports: Readonly<Record<string, number>>;
}

export interface RealEdges extends Disposable {
  readonly gateway: RealGateway;
  /** Which addresses the controllers may give load balancers, so that what `kubectl get services` shows answers. */
  readonly controllers: { readonly loadBalancerAddress?: string };
}

export interface RealEdgesDeps {
  readonly edges: Edges;
  readonly network: PracticeNetwork;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Ports of loopback nobody uses, one for each of GATEWAY_PORTS. */
  readonly free: readonly number[];
}

const LOOPBACK = "127.0.0.1";

/** Opens the cluster to real sockets, and says where its ingress gateway is to be found. */
export function openRealEdges({ edges, free, ...deps }: RealEdgesDeps): RealEdges {
  if (edges === "addresses") {
    const listeners = openAddressEdges(deps);
    const ports = Object.fromEntries(GATEWAY_PORTS.map((port) => [port, port]));
    // The first load balancer gets the pool's first address: a mesh's ingress gateway, when it has one.
    const gateway = { ip: FIRST_BALANCER_ADDRESS, ports };
    return { gateway, controllers: {}, dispose: () => listeners.dispose() };
  }
  const ports = Object.fromEntries(GATEWAY_PORTS.map((port, index) => [port, free[index] ?? 0]));
  const listeners = openLoopbackEdges({ ...deps, ports });
  const gateway = { ip: LOOPBACK, ports };
  return { gateway, controllers: { loadBalancerAddress: LOOPBACK }, dispose: () => listeners.dispose() };
}
