// A traffic map as Kiali's API writes it (graph/config/cytoscape): elements for Cytoscape, rates as text.
import { createHash } from "node:crypto";
import type { GraphOptions } from "./graph-options.ts";
import type { GraphEdge, GraphNode, TrafficMap } from "./traffic-map.ts";

const hash = (text: string) => createHash("md5").update(text).digest("hex");

/** What the API server knows of a node and telemetry does not. */
export interface Badges {
  readonly missingSidecar: (node: GraphNode) => boolean;
  readonly virtualService: (node: GraphNode) => readonly string[];
}

export function cytoscapeGraph(map: TrafficMap, options: GraphOptions, badges: Badges): object {
  const edges = [...map.edges.values()];
  const nodes = [...map.nodes.values()].filter(
    (node) =>
      options.graphType !== "service" || edges.some((edge) => edge.source === node || edge.target === node),
  );
  const parents = boxes(nodes, options);
  const targets = new Set(edges.map((edge) => edge.target));
  const outOf = (node: GraphNode) => edges.filter((edge) => edge.source === node);
  const into = (node: GraphNode) => edges.filter((edge) => edge.target === node);
  const nodeData = nodes.map((node) => ({
    id: hash(node.id),
    ...given("parent", parents.of(node)),
    nodeType: node.nodeType,
    cluster: node.cluster,
    namespace: node.namespace,
    ...given("workload", node.workload),
    ...given("app", node.app),
    ...given("version", node.version),
    ...given("service", node.service),
    ...(node.destServices.size > 0 ? { destServices: [...node.destServices.values()] } : {}),
    ...nodeTraffic(into(node), outOf(node)),
    ...(badges.missingSidecar(node) ? { hasMissingSC: true } : {}),
    ...hostnames(badges.virtualService(node)),
    ...(targets.has(node) ? {} : { isRoot: true }),
    ...(options.namespaces.includes(node.namespace) || node.nodeType === "unknown"
      ? {}
      : { isOutside: true }),
  }));
  return {
    timestamp: options.queryTime,
    duration: options.duration,
    graphType: options.graphType,
    elements: {
      nodes: [...parents.nodes, ...nodeData.sort(byPlace)].map((data) => ({ data })),
      edges: edges
        .map((edge) => edgeData(edge, outOf(edge.source)))
        .sort((a, b) => (a.source + a.target < b.source + b.target ? -1 : 1))
        .map((data) => ({ data })),
    },
  };
}

const given = (name: string, value: string | undefined) => (value ? { [name]: value } : {});

const hostnames = (hosts: readonly string[]) => (hosts.length > 0 ? { hasVS: { hostnames: hosts } } : {});

interface Placed {
  readonly namespace: string;
  readonly app?: string;
  readonly version?: string;
  readonly service?: string;
  readonly workload?: string;
}

function byPlace(a: Placed, b: Placed): number {
  const key = (of: Placed) => [of.namespace, of.app, of.version, of.service, of.workload].join("\n");
  return key(a) < key(b) ? -1 : 1;
}

function boxes(nodes: readonly GraphNode[], { boxByApp, boxByNamespace }: GraphOptions) {
  const made = new Map<string, object>();
  const appBoxes = new Map<string, string>();
  for (const node of nodes) {
    const { cluster, namespace, app } = node;
    const space = `box_namespace_${cluster}_${namespace}`;
    const place = { nodeType: "box", cluster, namespace };
    if (boxByNamespace && node.nodeType !== "unknown")
      made.set(space, { id: hash(space), ...place, isBox: "namespace" });
    const members = nodes.filter(
      (one) => one.app === app && one.namespace === namespace && one.cluster === cluster,
    );
    if (!boxByApp || app === "" || members.length < 2) continue;
    const box = `box_app_${cluster}_${namespace}_${app}`;
    appBoxes.set(node.id, box);
    const parent = given("parent", boxByNamespace ? hash(space) : undefined);
    made.set(box, { id: hash(box), ...parent, ...place, app, isBox: "app" });
  }
  const of = (node: GraphNode): string | undefined => {
    const space = `box_namespace_${node.cluster}_${node.namespace}`;
    const box = appBoxes.get(node.id) ?? (made.has(space) ? space : undefined);
    return box && hash(box);
  };
  return { nodes: [...made.values()], of };
}

const isError = (protocol: string, code: string) =>
  protocol === "grpc" ? code !== "0" : code === "-" || /^[45]/.test(code);

const sum = (edges: readonly GraphEdge[], of: (edge: GraphEdge) => number) =>
  edges.reduce((total, edge) => total + of(edge), 0);

const rateOf = (edge: GraphEdge, prefix: string) =>
  [...edge.responses].reduce(
    (total, [code, { flags }]) =>
      code.startsWith(prefix) ? total + [...flags.values()].reduce((a, b) => a + b, 0) : total,
    0,
  );

/** Two decimals, more for a rate that would otherwise read as nothing. */
function rateText(rate: number): string {
  let precision = 2;
  while (precision < 5 && rate * 10 ** precision < 1) precision += 1;
  return rate.toFixed(precision);
}

function nodeTraffic(into: readonly GraphEdge[], outOf: readonly GraphEdge[]): object {
  const traffic = (["http", "grpc", "tcp"] as const).flatMap((protocol) => {
    const rates: Record<string, string> = {};
    const put = (name: string, edges: readonly GraphEdge[], of: (edge: GraphEdge) => number) => {
      const rate = sum(
        edges.filter((edge) => edge.protocol === protocol),
        of,
      );
      if (rate > 0) rates[name] = rateText(rate);
    };
    put(`${protocol}In`, into, (edge) => edge.rate);
    put(`${protocol}Out`, outOf, (edge) => edge.rate);
    if (protocol === "http")
      for (const class_ of ["3", "4", "5"]) put(`httpIn${class_}xx`, into, (edge) => rateOf(edge, class_));
    return Object.keys(rates).length > 0 ? [{ protocol, rates }] : [];
  });
  return traffic.length > 0 ? { traffic } : {};
}

function edgeData(edge: GraphEdge, siblings: readonly GraphEdge[]) {
  const { protocol, rate, source, target } = edge;
  const [from, to] = [hash(source.id), hash(target.id)];
  const outgoing = sum(
    siblings.filter((one) => one.protocol === protocol),
    (one) => one.rate,
  );
  const errors = [...edge.responses.keys()].filter((code) => protocol !== "tcp" && isError(protocol, code));
  const failed = errors.reduce((total, code) => total + codeRate(edge, code), 0);
  const rates: Record<string, string> = { [protocol]: rateText(rate) };
  if (protocol === "http")
    for (const class_ of ["3", "4", "5"]) {
      const part = rateOf(edge, class_);
      if (part > 0) rates[`http${class_}xx`] = rateText(part);
    }
  if (failed > 0) rates[`${protocol}PercentErr`] = ((failed / rate) * 100).toFixed(1);
  if (protocol !== "tcp" && outgoing > 0)
    rates[`${protocol}PercentReq`] = ((rate / outgoing) * 100).toFixed(1);
  const percent = (map: ReadonlyMap<string, number>) =>
    Object.fromEntries([...map].map(([name, value]) => [name, ((value / rate) * 100).toFixed(1)]));
  const responses = Object.fromEntries(
    [...edge.responses].map(([code, { flags, hosts }]) => [
      code,
      { flags: percent(flags), hosts: percent(hosts) },
    ]),
  );
  return {
    id: hash(`${from}.${to}.${protocol}`),
    source: from,
    target: to,
    ...given("destPrincipal", edge.destPrincipal),
    ...given("sourcePrincipal", edge.sourcePrincipal),
    ...(edge.mutual > 0 ? { isMTLS: ((edge.mutual / edge.secured) * 100).toFixed(0) } : {}),
    traffic: { protocol, rates, responses },
  };
}

function codeRate(edge: GraphEdge, code: string): number {
  return [...(edge.responses.get(code)?.flags.values() ?? [])].reduce((a, b) => a + b, 0);
}
