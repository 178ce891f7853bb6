import { type Clock, type Disposable, DisposableStore, type Logger, toDisposable } from "../base/index.ts";
import { inAnyRange } from "./addresses.ts";
import type { Endpoint } from "./connection.ts";
import { Carrier, Edge } from "./edge.ts";
import { EDGE_GATHER_MS, MAX_EDGES } from "./limits.ts";
import type { PracticeNetwork } from "./practice-network.ts";

/** What a sandbox's network namespace leads to its loopback: pods, services, the node, load balancers. */
const ROUTED = ["10.0.0.0/8", "172.18.0.0/16"];

export interface AddressEdgesDeps {
  readonly network: PracticeNetwork;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Where an address of the cluster is listened on. Absent: on itself. */
  readonly bind?: (address: string) => string;
}

/**
 * Real listeners on the cluster's own addresses, for a network namespace that leads those to its loopback: each port of
 * a Service, load balancer, node port and pod behind which somebody listens now. One listener for each address instead
 * of one wildcard for each port: what nobody serves is then refused by the kernel, and 127.0.0.1 stays the learner's own.
 */
export function openAddressEdges(deps: AddressEdgesDeps): Disposable {
  const { network, clock, logger, bind = (address: string) => address } = deps;
  const owned = new DisposableStore();
  const carrier = owned.add(new Carrier({ node: network.node, logger }));
  const edges = new Map<string, Edge>();
  let leftOut = 0;

  const openAt = ({ address, port }: Endpoint) => {
    const target = { host: address, port };
    const edge = new Edge(
      { clock, logger, accept: (socket) => carrier.carry(socket, target) },
      { address: bind(address), port },
    );
    edge.open();
    return edge;
  };
  const check = () => {
    const served = network.reachable().filter(({ address }) => inAnyRange(address, ROUTED));
    const wanted = new Map(served.slice(0, MAX_EDGES).map((at) => [`${at.address}:${at.port}`, at]));
    if (served.length > MAX_EDGES && leftOut === 0)
      logger.warn({ served: served.length, limit: MAX_EDGES }, "some pods answer inside the cluster only");
    leftOut = served.length - wanted.size;
    for (const [key, edge] of edges) {
      if (wanted.has(key)) continue;
      edge.close();
      edges.delete(key);
    }
    for (const [key, at] of wanted) if (!edges.has(key)) edges.set(key, openAt(at));
  };

  let gathering: Disposable | undefined;
  // Changes come in bursts, one for each listener of each pod; one look after each burst is enough.
  const changed = () => {
    gathering ??= clock.setTimeout(() => {
      gathering = undefined;
      check();
    }, EDGE_GATHER_MS);
  };
  owned.add(network.onChange(changed));
  owned.add(
    toDisposable(() => {
      gathering?.dispose();
      for (const edge of edges.values()) edge.close();
      edges.clear();
    }),
  );
  check();
  return owned;
}
