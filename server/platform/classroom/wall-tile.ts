import type { GraphEdge, GraphNode, MeshGraph, WallTile } from "../../contracts/index.ts";
import { WALL_EDGES, WALL_NODES } from "./limits.ts";

/** What Istio and Kubernetes run for themselves; a gateway that carries traffic is the learner's. */
const systems = new Set(["istio-system", "kube-system", "istio-ingress", "istio-egress"]);

/** A graph as a picture the size of a thumb: who has traffic comes first, then who fails, then the rest. */
export function wallTile(learner: string, { nodes, edges, mesh }: MeshGraph): WallTile {
  const busy = new Set(
    edges.filter(({ rate }) => rate > 0).flatMap(({ source, target }) => [source, target]),
  );
  const wanted = nodes.filter((node) => busy.has(node.id) || !systems.has(node.namespace ?? ""));
  const rank = (node: GraphNode): number =>
    busy.has(node.id) ? 0 : node.health === "failing" ? 1 : node.kind === "service" ? 3 : 2;
  const shown = wanted
    .map((node, at) => ({ node, at }))
    .sort((one, other) => rank(one.node) - rank(other.node) || one.at - other.at)
    .slice(0, WALL_NODES)
    .map(({ node }) => node);
  const places = new Map(shown.map(({ id }, at) => [id, at]));
  return {
    learner,
    nodes: shown.map(({ name, kind, health, sidecar }) => ({
      ...{ name, kind, health },
      meshed: sidecar !== "missing",
    })),
    edges: byRate(edges).flatMap((edge) => {
      const [from, to] = [places.get(edge.source), places.get(edge.target)];
      if (from === undefined || to === undefined) return [];
      return [{ from, to, mtls: edge.mtls.state, failing: edge.errorPercent >= FAILING_PERCENT }];
    }),
    more: wanted.length - shown.length,
    mesh: mesh.state,
    requestsPerSecond: rounded(
      edges.reduce((sum, { protocol, rate }) => sum + (protocol === "tcp" ? 0 : rate), 0),
    ),
  };
}

/** From this share of errors on the big graph, too, draws an edge as failing. */
const FAILING_PERCENT = 20;

const byRate = (edges: readonly GraphEdge[]): readonly GraphEdge[] =>
  [...edges]
    .sort((one, other) => other.rate - one.rate || one.id.localeCompare(other.id))
    .slice(0, WALL_EDGES);

/** Two digits: a figure that trembles would make every picture news. */
const rounded = (rate: number): number => (rate < 10 ? Math.round(rate * 10) / 10 : Math.round(rate));
