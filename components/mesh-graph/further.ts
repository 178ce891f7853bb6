import type { GraphNode, MeshGraph } from "../../server/contracts/index.ts";

interface Wish {
  readonly name?: string | undefined;
  readonly namespace?: string | undefined;
  readonly service?: string | undefined;
}

/** The name under which a proxy reports itself in traces and by which logs find it: "web-api.shop". */
export function telemetryName(node: GraphNode | undefined): string | undefined {
  if (!node || node.namespace === undefined || node.app === undefined) return undefined;
  const sends = node.kind === "workload" || node.kind === "app" || node.kind === "gateway";
  return sends ? `${node.app}.${node.namespace}` : undefined;
}

/** The node that somebody wants to see: by its own or its application's name, or by what its proxy is called. */
export function nodeWished(graph: MeshGraph, { name, namespace, service }: Wish): string | undefined {
  const fits = (node: GraphNode) =>
    service === undefined
      ? (node.name === name || node.app === name) && (namespace ?? node.namespace) === node.namespace
      : telemetryName(node) === service || node.service === service;
  if (name === undefined && service === undefined) return undefined;
  const exact = graph.nodes.find((node) => node.name === name && fits(node));
  return (exact ?? graph.nodes.find(fits))?.id;
}

/** "istio-system/default" as the object that it names. */
export function policyTarget(decidedBy: string): Wish & { readonly kind: string } {
  const [namespace, name] = decidedBy.split("/");
  return { kind: "PeerAuthentication", ...(namespace && { namespace }), ...(name && { name }) };
}
