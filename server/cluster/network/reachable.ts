import type { Endpoint } from "./connection.ts";
import { addressesOf, type ServiceEntry } from "./services.ts";

export interface ReachableDeps {
  readonly services: readonly ServiceEntry[];
  /** Ports that each network namespace listens on, by its address. */
  readonly listeners: Iterable<readonly [address: string, ports: readonly number[]]>;
  readonly nodeIP: string;
  readonly listens: (endpoint: Endpoint) => boolean;
}

/**
 * Every address and port behind which somebody answers now, as a program on the node would find them: services and load
 * balancers first, then node ports, then the pods and the node themselves. Nothing twice.
 */
export function reachable({ services, listeners, nodeIP, listens }: ReachableDeps): readonly Endpoint[] {
  const found = new Map<string, Endpoint>();
  const add = (address: string, port: number) => found.set(`${address}:${port}`, { address, port });
  const served = services.flatMap((service) =>
    service.ports.filter(({ endpoints }) => endpoints.some(listens)).map((port) => ({ service, port })),
  );
  for (const { service, port } of served) for (const address of addressesOf(service)) add(address, port.port);
  for (const { port } of served) if (port.nodePort) add(nodeIP, port.nodePort);
  for (const [address, ports] of listeners)
    for (const port of ports) if (listens({ address, port })) add(address, port);
  return [...found.values()];
}
