import type { GraphEdge } from "../../server/contracts/index.ts";

type Sent = Pick<GraphEdge, "id" | "source" | "protocol" | "rate">;

/** Of what a caller sends by one protocol, the percentage on each edge. An edge that carries all of it says nothing. */
export function sharesOf(edges: readonly Sent[]): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  const key = ({ source, protocol }: Sent) => `${protocol} ${source}`;
  for (const edge of edges) sums.set(key(edge), (sums.get(key(edge)) ?? 0) + edge.rate);
  return new Map(
    edges
      .filter(({ rate }) => rate > 0)
      .map((edge): [string, number] => [edge.id, (edge.rate / (sums.get(key(edge)) ?? edge.rate)) * 100])
      .filter(([, share]) => share < 99.95),
  );
}

export const shareWords = (share: number): string => `${share < 10 ? share.toFixed(1) : share.toFixed(0)} %`;
