/**
 * Who a workload says it is, exchanged between proxies. Upstream sends a base64 protobuf Struct in
 * `x-envoy-peer-metadata` (and a framed Any on TCP connections); between our proxies the same facts travel as base64
 * JSON under the same header names. Nobody outside the practice mesh reads them.
 */
export interface Peer {
  readonly id: string;
  readonly workload: string;
  readonly namespace: string;
  readonly app: string;
  readonly version: string;
  readonly canonicalName: string;
  readonly canonicalRevision: string;
  readonly cluster: string;
}

export const UNKNOWN = "unknown";

/** From a node's metadata as pilot-agent fills it. */
export function peerOf(node: {
  readonly id: string;
  readonly metadata: Readonly<Record<string, unknown>>;
}): Peer {
  const labels = record(node.metadata.LABELS);
  const workload = text(node.metadata.WORKLOAD_NAME);
  return {
    id: node.id,
    workload,
    namespace: text(node.metadata.NAMESPACE),
    app: text(labels.app),
    version: text(labels.version),
    canonicalName: text(labels["service.istio.io/canonical-name"]) || text(labels.app) || workload,
    canonicalRevision:
      text(labels["service.istio.io/canonical-revision"]) || text(labels.version) || "latest",
    cluster: text(node.metadata.CLUSTER_ID),
  };
}

export function encodePeer(peer: Peer): string {
  return Buffer.from(JSON.stringify(peer)).toString("base64");
}

/** Undefined for what no proxy of ours has written. */
export function decodePeer(value: string): Peer | undefined {
  try {
    const parsed = record(JSON.parse(Buffer.from(value, "base64").toString("utf8")));
    if (!text(parsed.workload) && !text(parsed.id)) return undefined;
    return {
      id: text(parsed.id),
      workload: text(parsed.workload),
      namespace: text(parsed.namespace),
      app: text(parsed.app),
      version: text(parsed.version),
      canonicalName: text(parsed.canonicalName),
      canonicalRevision: text(parsed.canonicalRevision),
      cluster: text(parsed.cluster),
    };
  } catch {
    return undefined;
  }
}

/** From `istio.workload` endpoint metadata: name;namespace;canonical name;canonical revision;cluster. */
export function peerOfEndpoint(workload: readonly string[] | undefined): Peer | undefined {
  if (!workload?.[0]) return undefined;
  const [name = "", namespace = "", canonicalName = "", canonicalRevision = "", cluster = ""] = workload;
  return {
    id: "",
    workload: name,
    namespace,
    app: "",
    version: "",
    canonicalName,
    canonicalRevision,
    cluster,
  };
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
