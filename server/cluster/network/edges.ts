import net from "node:net";
import { type Clock, type Disposable, DisposableStore, type Logger } from "../base/index.ts";
import { Carrier, Edge } from "./edge.ts";
import type { PracticeNetwork } from "./practice-network.ts";

export interface LoopbackEdgesDeps {
  readonly network: PracticeNetwork;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Real port for each port of a load balancer service, e.g. {80: 31080, 443: 31443}. Stable over restarts: the caller remembers. */
  readonly ports: Readonly<Record<number, number>>;
}

const HOST = "127.0.0.1";

/**
 * Real listeners on loopback in front of the load balancer services of the cluster, where its own addresses lead
 * nowhere. A listener is open only while a ready endpoint of its service port really listens in its pod, so that a
 * client sees a real "connection refused" else.
 */
export function openLoopbackEdges({ network, clock, logger, ports }: LoopbackEdgesDeps): Disposable {
  const owned = new DisposableStore();
  const carrier = owned.add(new Carrier({ node: network.node, logger }));
  const edges = Object.entries(ports).map(([servicePort, port]) => {
    const target = () => balancerTarget(network, Number(servicePort));
    const accept = (socket: net.Socket) => carrier.carry(socket, target());
    return { target, edge: owned.add(new Edge({ clock, logger, accept }, { address: HOST, port })) };
  });
  let scheduled = false;
  const check = () => {
    scheduled = false;
    for (const { target, edge } of edges) {
      if (target()) edge.open();
      else edge.close();
    }
  };
  // Changes come in bursts; one look after each is enough.
  const changed = () => {
    if (scheduled) return;
    scheduled = true;
    queueMicrotask(check);
  };
  owned.add(network.onChange(changed));
  check();
  return owned;
}

/** The service that a port leads to: the first load balancer with a listening endpoint for it. */
function balancerTarget(network: PracticeNetwork, port: number) {
  const service = network
    .allServices()
    .find(
      ({ loadBalancer, ports }) =>
        loadBalancer &&
        ports.some(
          (candidate) =>
            candidate.port === port && candidate.endpoints.some((endpoint) => network.listens(endpoint)),
        ),
    );
  return service && { host: `${service.name}.${service.namespace}.svc.cluster.local`, port };
}

/** Ports nobody uses now, for the first start of a workspace. */
export async function chooseFreePorts(count: number, host = HOST): Promise<readonly number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = net.createServer();
      await new Promise<void>((resolve, reject) => server.once("error", reject).listen(0, host, resolve));
      return server;
    }),
  );
  const ports = servers.map((server) => {
    const address = server.address();
    return typeof address === "object" && address ? address.port : 0;
  });
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
