import { z } from "zod";
import { field } from "../json.ts";
import type { Pod, Service, ServicePort } from "./objects.ts";

const PROXY = "istio-proxy";
const PROXY_UID = 1337;
const UID_WARNING = "WARNING: User ID (UID) 1337 is reserved for the sidecar proxy.";
const NAME_LABELS = ["service.istio.io/canonical-name", "app.kubernetes.io/name", "app"];
const REVISION_LABELS = ["service.istio.io/canonical-revision", "app.kubernetes.io/version", "version"];

export const isMeshed = ({ spec }: Pod): boolean =>
  [...spec.containers, ...spec.initContainers].some(({ name }) => name === PROXY);

/** The revision that injected a pod: of its annotation, else of what the injector noted. */
export function revisionOf({ metadata: { annotations } }: Pod): string {
  const own = annotations["istio.io/rev"];
  if (own !== undefined) return own;
  try {
    const noted: unknown = JSON.parse(annotations["sidecar.istio.io/status"] ?? "{}");
    return z.string().catch("").parse(field(noted, "revision"));
  } catch {
    return "";
  }
}

export interface PodView {
  /** As it is shown. */
  readonly name: string;
  readonly ignoreUnmeshed: boolean;
  /** Release, e.g. "1.21.6". */
  readonly release: string;
}

export function podLines(pod: Pod, { name, ignoreUnmeshed, release }: PodView): string[] {
  const { spec, status, metadata } = pod;
  const reserved = spec.containers.filter(
    (one) =>
      one.name !== PROXY && one.name !== "istio-operator" && one.securityContext.runAsUser === PROXY_UID,
  );
  const ports = spec.containers.flatMap((container) =>
    container.ports.map(({ containerPort, protocol }) => {
      const suffix = protocol === "TCP" ? "" : `/${protocol}`;
      return `${containerPort}${suffix} (${container.name})`;
    }),
  );
  const lines = [
    ...reserved.map(() => UID_WARNING),
    `Pod: ${name}`,
    `   Pod Revision: ${revisionOf(pod)}`,
    ports.length > 0 ? `   Pod Ports: ${ports.join(", ")}` : "   Pod does not expose ports",
  ];
  if (status.phase !== "Running") return [...lines, `   Pod is not Running (${status.phase})`];
  for (const one of status.containerStatuses)
    if (!one.ready) lines.push(`WARNING: Pod ${name} Container ${one.name} NOT READY`);
  for (const one of status.initContainerStatuses)
    if (!one.ready) lines.push(`WARNING: Pod ${name} Init Container ${one.name} NOT READY`);
  if (ignoreUnmeshed) return lines;
  if (!isMeshed(pod)) return [...lines, `WARNING: ${name} is not part of mesh; no Istio sidecar`];
  if (spec.securityContext.runAsUser === PROXY_UID) lines.push(`   ${UID_WARNING}`);
  const requirements = `https://istio.io/v${release.split(".").slice(0, 2).join(".")}/docs/ops/deployment/requirements/`;
  const suggestion = (what: string) =>
    `Suggestion: add required service ${what} label for Istio telemetry. See ${requirements}.`;
  if (!NAME_LABELS.some((label) => metadata.labels[label])) lines.push(suggestion("name"));
  if (!REVISION_LABELS.some((label) => metadata.labels[label])) lines.push(suggestion("revision"));
  return lines;
}

const PROTOCOLS: Readonly<Record<string, string>> = {
  grpc: "GRPC",
  "grpc-web": "GRPC-Web",
  http: "HTTP",
  http2: "HTTP2",
  http_proxy: "HTTP_PROXY",
  https: "HTTPS",
  mongo: "Mongo",
  mysql: "MySQL",
  redis: "Redis",
  tcp: "TCP",
  tls: "TLS",
  udp: "UDP",
};
const SPEAKS_FIRST = [25, 53, 3306, 27017];

/** What Istio takes a port for (pkg/config/kube ConvertProtocol). */
export function protocolOf({ name, port, protocol, appProtocol }: ServicePort): string {
  if (protocol === "UDP") return "UDP";
  if (name === "" && appProtocol === undefined) return "auto-detect";
  const said = (appProtocol ?? name).toLowerCase();
  if (said === "kubernetes.io/h2c") return "HTTP2";
  if (said.startsWith("grpc-web")) return "GRPC-Web";
  const known = PROTOCOLS[said.split("-")[0] ?? ""];
  return known ?? (SPEAKS_FIRST.includes(port) ? "TCP" : "UnsupportedProtocol");
}

/** The container's port behind a service's; undefined for a name that no container has. */
export function targetOf({ targetPort, protocol }: ServicePort, pod: Pod): number | undefined {
  if (typeof targetPort === "number") return targetPort;
  return pod.spec.containers
    .flatMap(({ ports }) => ports)
    .find((port) => port.name === targetPort && port.protocol === protocol)?.containerPort;
}

export function serviceLines(name: string, service: Service, pod: Pod): string[] {
  const ports = service.spec.ports
    .filter(({ protocol }) => protocol === "TCP")
    .map((port) => {
      const target = targetOf(port, pod);
      return target === undefined
        ? `   no suitable port for manifest: ${pod.metadata.uid}`
        : `   Port: ${port.name} ${port.port}/${protocolOf(port)} targets pod port ${target}`;
    });
  return [`Service: ${name}`, ...ports];
}
