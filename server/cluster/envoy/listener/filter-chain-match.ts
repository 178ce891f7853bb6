import { inRange } from "./address-range.ts";

/** Envoy's FilterChainMatch, the parts istiod uses. */
export interface FilterChainMatch {
  readonly destinationPort?: number | undefined;
  readonly prefixRanges?:
    | readonly { readonly addressPrefix: string; readonly prefixLen?: number | undefined }[]
    | undefined;
  readonly serverNames?: readonly string[] | undefined;
  readonly transportProtocol?: string | undefined;
  readonly applicationProtocols?: readonly string[] | undefined;
}

/** What is known of a new connection. */
export interface ConnectionFacts {
  readonly address: string;
  readonly port: number;
  readonly serverName: string;
  readonly transportProtocol: string;
  readonly applicationProtocols: readonly string[];
}

interface Matchable {
  readonly filterChainMatch?: FilterChainMatch | undefined;
}

/**
 * Picks a chain as Envoy does (listener_manager/filter_chain_manager_impl.cc findFilterChain): port, address, server
 * name, transport protocol, application protocol. At each step only the most specific candidates live on; there is no
 * way back, so a chain for the port with the wrong transport does not fall through to a chain without a port.
 */
export function matchFilterChain<C extends Matchable>(
  chains: readonly C[],
  facts: ConnectionFacts,
): C | undefined {
  const byPort = narrow(chains, [
    (match) => match.destinationPort === facts.port,
    (match) => match.destinationPort === undefined,
  ]);
  const byAddress = longestPrefix(byPort, facts.address);
  const byName = narrow(byAddress, serverNameSteps(facts.serverName));
  const byTransport = narrow(byName, [
    (match) => match.transportProtocol === facts.transportProtocol,
    (match) => !match.transportProtocol,
  ]);
  const byProtocol = narrow(byTransport, [
    ...facts.applicationProtocols.map(
      (protocol) => (match: FilterChainMatch) => match.applicationProtocols?.includes(protocol) ?? false,
    ),
    (match) => !match.applicationProtocols?.length,
  ]);
  return byProtocol[0];
}

type Step = (match: FilterChainMatch) => boolean;

/** The candidates of the first step that has any. */
function narrow<C extends Matchable>(chains: readonly C[], steps: readonly Step[]): readonly C[] {
  if (chains.length === 0) return chains;
  for (const step of steps) {
    const left = chains.filter((chain) => step(chain.filterChainMatch ?? {}));
    if (left.length > 0) return left;
  }
  return [];
}

function longestPrefix<C extends Matchable>(chains: readonly C[], address: string): readonly C[] {
  const length = (chain: C) => {
    const ranges = chain.filterChainMatch?.prefixRanges ?? [];
    if (ranges.length === 0) return -1;
    const hits = ranges.filter((range) => inRange(address, range)).map((range) => range.prefixLen ?? 0);
    return hits.length > 0 ? Math.max(...hits) : undefined;
  };
  const measured = chains.map((chain) => ({ chain, length: length(chain) }));
  const best = Math.max(...measured.map((one) => one.length ?? -2));
  return best === -2 ? [] : measured.filter((one) => one.length === best).map((one) => one.chain);
}

/** Exact name, then `*.b.c`, `*.c` for a.b.c, then chains that name none. */
function serverNameSteps(serverName: string): Step[] {
  const steps: Step[] = [];
  const naming = (name: string) => (match: FilterChainMatch) => match.serverNames?.includes(name) ?? false;
  if (serverName) {
    steps.push(naming(serverName));
    for (let dot = serverName.indexOf("."); dot >= 0; dot = serverName.indexOf(".", dot + 1)) {
      const suffix = serverName.slice(dot);
      if (suffix.length > 1) steps.push(naming(`*${suffix}`));
    }
  }
  steps.push((match) => !match.serverNames?.length || match.serverNames.includes("*"));
  return steps;
}
