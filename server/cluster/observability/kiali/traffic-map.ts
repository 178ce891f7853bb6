// Telemetry to nodes and edges. Node identity follows Kiali's graph/types.go Id; a service node stands between caller and
// workload when injectServiceNodes is set.
import type { GraphOptions, GraphType } from "./graph-options.ts";
import type { Sample } from "./prometheus.ts";
import type { Telemetry } from "./telemetry.ts";

export interface GraphNode {
  readonly id: string;
  readonly nodeType: "app" | "service" | "unknown" | "workload";
  readonly cluster: string;
  readonly namespace: string;
  readonly workload: string;
  readonly app: string;
  readonly version: string;
  readonly service: string;
  readonly destServices: Map<string, { cluster: string; namespace: string; name: string }>;
}

export type Protocol = "http" | "grpc" | "tcp";

export interface Response {
  readonly flags: Map<string, number>;
  readonly hosts: Map<string, number>;
}

export interface GraphEdge {
  readonly source: GraphNode;
  readonly target: GraphNode;
  readonly protocol: Protocol;
  /** Requests (http, grpc) or bytes (tcp) a second. */
  rate: number;
  readonly responses: Map<string, Response>;
  mutual: number;
  secured: number;
  sourcePrincipal: string;
  destPrincipal: string;
}

export interface TrafficMap {
  readonly nodes: ReadonlyMap<string, GraphNode>;
  readonly edges: ReadonlyMap<string, GraphEdge>;
}

const UNKNOWN = "unknown";
const known = (value: string | undefined): value is string =>
  value !== undefined && value !== "" && value !== UNKNOWN;

export function trafficMap(telemetry: Telemetry, options: GraphOptions): TrafficMap {
  const builder = new Builder(options);
  for (const sample of telemetry.http)
    builder.traffic(sample, sample.labels.request_protocol === "grpc" ? "grpc" : "http");
  for (const sample of telemetry.tcp) builder.traffic(sample, "tcp");
  for (const sample of telemetry.security) builder.security(sample);
  return builder;
}

class Builder implements TrafficMap {
  readonly nodes = new Map<string, GraphNode>();
  readonly edges = new Map<string, GraphEdge>();

  constructor(private readonly options: GraphOptions) {}

  traffic(sample: Sample, protocol: Protocol): void {
    for (const [source, target] of this.hops(sample)) {
      const edge = this.edge(source, target, protocol);
      edge.rate += sample.value;
      const {
        response_code = "-",
        grpc_response_status,
        response_flags = "-",
        destination_service,
      } = sample.labels;
      const code =
        protocol === "tcp" ? "-" : protocol === "grpc" ? (grpc_response_status ?? "") || "0" : response_code;
      const response = edge.responses.get(code) ?? { flags: new Map(), hosts: new Map() };
      edge.responses.set(code, response);
      add(response.flags, response_flags, sample.value);
      if (known(destination_service)) add(response.hosts, destination_service, sample.value);
    }
  }

  /** Adds to edges that traffic has drawn; what only the destination saw draws none. */
  security(sample: Sample): void {
    const { connection_security_policy, source_principal = "", destination_principal = "" } = sample.labels;
    for (const [source, target] of this.hops(sample, false))
      for (const protocol of ["http", "grpc", "tcp"] as const) {
        const edge = this.edges.get(keyOf(source, target, protocol));
        if (!edge) continue;
        edge.secured += sample.value;
        if (connection_security_policy === "mutual_tls") edge.mutual += sample.value;
        if (known(source_principal)) edge.sourcePrincipal = source_principal;
        if (known(destination_principal)) edge.destPrincipal = destination_principal;
      }
  }

  /** The one or two steps of a call: caller → workload, or caller → service → workload. */
  private hops({ labels }: Sample, keep = true): readonly (readonly [GraphNode, GraphNode])[] {
    const node = (made: GraphNode) => (keep ? this.keep(made) : (this.nodes.get(made.id) ?? made));
    const { graphType } = this.options;
    const source = node(sourceNode(labels, graphType));
    const workload = destinationNode(labels, graphType);
    const service = serviceNode(labels);
    if (workload.nodeType === "service" || workload.id === service?.id) return [[source, node(workload)]];
    if (service) workload.destServices.set(service.id, nameOf(service));
    if (!this.options.injectServiceNodes || !service)
      return [[source, this.merged(node(workload), workload)]];
    const middle = node(service);
    middle.destServices.set(service.id, nameOf(service));
    if (graphType === "service") return [[source, middle]];
    return [
      [source, middle],
      [middle, this.merged(node(workload), workload)],
    ];
  }

  private merged(kept: GraphNode, made: GraphNode): GraphNode {
    for (const [id, name] of made.destServices) kept.destServices.set(id, name);
    return kept;
  }

  private keep(node: GraphNode): GraphNode {
    const found = this.nodes.get(node.id);
    if (found) return found;
    this.nodes.set(node.id, node);
    return node;
  }

  private edge(source: GraphNode, target: GraphNode, protocol: Protocol): GraphEdge {
    const key = keyOf(source, target, protocol);
    const found = this.edges.get(key);
    if (found) return found;
    const none = { rate: 0, mutual: 0, secured: 0, sourcePrincipal: "", destPrincipal: "" };
    const made = { source, target, protocol, ...none, responses: new Map<string, Response>() };
    this.edges.set(key, made);
    return made;
  }
}

type LabelSet = Readonly<Record<string, string>>;

const keyOf = (source: GraphNode, target: GraphNode, protocol: string) =>
  `${source.id} ${target.id} ${protocol}`;

const nameOf = ({ cluster, namespace, service }: GraphNode) => ({ cluster, namespace, name: service });

function add(map: Map<string, number>, key: string, value: number): void {
  map.set(key, (map.get(key) ?? 0) + value);
}

function sourceNode(labels: LabelSet, graphType: GraphType): GraphNode {
  const { source_cluster: cluster = UNKNOWN, source_workload_namespace: namespace = UNKNOWN } = labels;
  const { source_workload: workload = UNKNOWN, source_canonical_service: app = UNKNOWN } = labels;
  if (!known(workload) && !known(app)) {
    const id = `${cluster}_unknown_source`;
    return node({ id, nodeType: "unknown", cluster, namespace, workload, app, version: UNKNOWN });
  }
  return workloadNode(
    { cluster, namespace, workload, app, version: labels.source_canonical_revision ?? "" },
    graphType,
  );
}

function destinationNode(labels: LabelSet, graphType: GraphType): GraphNode {
  const { destination_workload: workload = UNKNOWN, destination_canonical_service: app = UNKNOWN } = labels;
  if (!known(workload) && !known(app)) return serviceNode(labels) ?? unknownService(labels);
  const cluster = labels.destination_cluster ?? UNKNOWN;
  const namespace = labels.destination_workload_namespace ?? UNKNOWN;
  const version = labels.destination_canonical_revision ?? "";
  return workloadNode({ cluster, namespace, workload, app, version }, graphType);
}

interface Workload {
  readonly cluster: string;
  readonly namespace: string;
  readonly workload: string;
  readonly app: string;
  readonly version: string;
}

function workloadNode(of: Workload, graphType: GraphType): GraphNode {
  const { cluster, namespace, workload, app } = of;
  const version = known(of.version) ? of.version : "";
  if (graphType === "workload" || graphType === "service" || !known(app))
    return node({ id: `wl_${cluster}_${namespace}_${workload}`, nodeType: "workload", ...of, version });
  if (graphType === "versionedApp")
    return node({ id: `vapp_${cluster}_${namespace}_${workload}`, nodeType: "app", ...of, version });
  const id = `app_${cluster}_${namespace}_${app}`;
  return node({ id, nodeType: "app", cluster, namespace, app, workload: "", version: "" });
}

function serviceNode(labels: LabelSet): GraphNode | undefined {
  const service = labels.destination_service_name ?? "";
  if (!known(service)) return undefined;
  const cluster = labels.destination_cluster ?? UNKNOWN;
  const own = labels.destination_service_namespace ?? UNKNOWN;
  const namespace = known(own) ? own : (labels.destination_workload_namespace ?? UNKNOWN);
  const id = `svc_${cluster}_${namespace}_${service}`;
  return node({ id, nodeType: "service", cluster, namespace, service });
}

function unknownService(labels: LabelSet): GraphNode {
  const cluster = labels.destination_cluster ?? UNKNOWN;
  const namespace = labels.destination_service_namespace ?? UNKNOWN;
  const id = `svc_${cluster}_${namespace}_unknown`;
  return node({ id, nodeType: "service", cluster, namespace, service: UNKNOWN });
}

type Named = Pick<GraphNode, "id" | "nodeType" | "cluster" | "namespace"> & Partial<GraphNode>;

const node = (of: Named): GraphNode => ({
  workload: "",
  app: "",
  version: "",
  service: "",
  destServices: new Map(),
  ...of,
});
