import type { GraphEdge, GraphNode, MeshGraph } from "../../server/contracts/index.ts";
import { badgeWords, meshWords } from "./badge.ts";
import { displayName } from "./names.ts";

/** Two namespaces may each have a "sleep". */
const placed = (node: GraphNode) =>
  node.namespace === undefined ? displayName(node) : `${displayName(node)} in ${node.namespace}`;

/** What changed between two pictures, as sentences: shown in the panel and spoken by screen readers. */
export function changesBetween(before: MeshGraph, after: MeshGraph): string[] {
  const names = new Map([...before.nodes, ...after.nodes].map((node) => [node.id, displayName(node)]));
  const name = (id: string) => names.get(id) ?? id;
  const title = (edge: GraphEdge) => `${name(edge.source)} → ${name(edge.target)}`;
  const earlier = new Map(before.edges.map((edge) => [edge.id, edge]));
  const sentences: string[] = [];
  if (before.mesh.state !== after.mesh.state && after.mesh.state !== "no-traffic")
    sentences.push(`The mesh as a whole is now ${meshWords(after.mesh)}.`);
  for (const edge of after.edges) {
    const was = earlier.get(edge.id);
    // Silence is not news: traffic comes and goes with the window.
    if (edge.mtls.state === "no-traffic" || was?.mtls.state === edge.mtls.state) continue;
    if (was || edge.origin === "traffic") sentences.push(`${title(edge)} is now ${badgeWords(edge.mtls)}.`);
  }
  const known = new Set(before.nodes.map((node) => node.id));
  const present = new Set(after.nodes.map((node) => node.id));
  // A lab that is being prepared brings many at once: a number says it better than a list.
  const arrived = after.nodes.filter((node) => !known.has(node.id));
  if (arrived.length > 2) sentences.push(`${arrived.length} workloads and services appeared.`);
  else for (const node of arrived) sentences.push(`${placed(node)} appeared.`);
  for (const node of after.nodes) {
    const was = before.nodes.find((other) => other.id === node.id);
    if (was && was.sidecar !== node.sidecar && node.sidecar !== "not-applicable")
      sentences.push(
        node.sidecar === "present" ? `${node.name} joined the mesh.` : `${node.name} left the mesh.`,
      );
  }
  for (const node of before.nodes) if (!present.has(node.id)) sentences.push(`${placed(node)} is gone.`);
  return sentences;
}
