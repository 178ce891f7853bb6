import type { KubeObject } from "../apimachinery/index.ts";
import { podName, type WorkloadSpec } from "./workload.ts";

const CREATED = "2026-01-01T00:00:00Z";

export interface PlacedWorkload {
  readonly spec: WorkloadSpec;
  readonly ip: string;
  readonly clusterIP: string;
}

/** The Kubernetes objects that a running workload would have left in the cluster. */
export function objectsOf(placed: readonly PlacedWorkload[]): readonly KubeObject[] {
  const services = new Map<string, PlacedWorkload[]>();
  for (const one of placed) {
    if (one.spec.service === false) continue;
    const key = `${one.spec.namespace}/${one.spec.name}`;
    services.set(key, [...(services.get(key) ?? []), one]);
  }
  const zones = new Set(placed.flatMap(({ spec }) => (spec.zone ? [spec.zone] : [])));
  const namespaces = new Set(placed.map(({ spec }) => spec.namespace));
  return [
    ...[...namespaces].map(namespace),
    ...[...zones].map(node),
    ...placed.map(pod),
    ...[...services.values()].flatMap((pods) => serviceObjects(pods)),
  ];
}

const namespace = (name: string): KubeObject => ({
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name, creationTimestamp: CREATED, labels: { "kubernetes.io/metadata.name": name } },
});

/** `region/zone`. */
const node = (place: string): KubeObject => {
  const [region = "", zone = ""] = place.split("/");
  const labels = { "topology.kubernetes.io/region": region, "topology.kubernetes.io/zone": zone };
  return { apiVersion: "v1", kind: "Node", metadata: { name: nodeName(place), labels } };
};

const nodeName = (place: string | undefined) => (place ? `node-${place.replace("/", "-")}` : "practice-node");

function pod({ spec, ip }: PlacedWorkload): KubeObject {
  const { namespace, name, version, meshed, ports } = spec;
  const labels = labelsOf(spec);
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: podName(spec),
      namespace,
      creationTimestamp: CREATED,
      labels: meshed ? { ...labels, "security.istio.io/tlsMode": "istio" } : labels,
    },
    spec: {
      serviceAccountName: name,
      nodeName: nodeName(spec.zone),
      containers: [
        {
          name,
          ports: ports.map(({ name: portName, targetPort }) => ({
            name: portName,
            containerPort: targetPort,
          })),
        },
      ],
    },
    status: { phase: "Running", podIP: ip, note: version },
  };
}

export function labelsOf({ name, version, labels = {} }: WorkloadSpec): Readonly<Record<string, string>> {
  return { app: name, version, ...labels };
}

function serviceObjects(pods: readonly PlacedWorkload[]): readonly KubeObject[] {
  const [first] = pods;
  if (!first) return [];
  const { namespace, name, ports } = first.spec;
  const metadata = { name, namespace, creationTimestamp: CREATED };
  return [
    {
      apiVersion: "v1",
      kind: "Service",
      metadata,
      spec: {
        clusterIP: first.clusterIP,
        selector: { app: name },
        ports: ports.map(({ name: portName, port, targetPort }) => ({ name: portName, port, targetPort })),
      },
    },
    {
      apiVersion: "discovery.k8s.io/v1",
      kind: "EndpointSlice",
      metadata: { name: `${name}-1`, namespace, labels: { "kubernetes.io/service-name": name } },
      addressType: "IPv4",
      ports: ports.map(({ name: portName, targetPort }) => ({ name: portName, port: targetPort })),
      endpoints: pods.map(({ spec, ip }) => ({
        addresses: [ip],
        conditions: { ready: true },
        nodeName: nodeName(spec.zone),
        targetRef: { kind: "Pod", name: podName(spec), namespace },
      })),
    },
  ];
}
