import {
  conflictingPorts,
  externalNamePort,
  invalidApplicationUid,
  multipleServices,
  portNameConvention,
} from "../findings.ts";
import { deploymentInMesh, isControlPlane, PROXY } from "../in-mesh.ts";
import { about, type Message } from "../message.ts";
import { fullName, type Resource } from "../resource.ts";
import { selects } from "../selectors.ts";
import type { PodSpec, ServicePort } from "../specs.ts";
import type { Analyzer, World } from "../world.ts";

const PROTOCOLS = new Set([
  "tcp",
  "udp",
  "grpc",
  "grpc-web",
  "http",
  "http_proxy",
  "http2",
  "https",
  "tls",
  "mongo",
  "redis",
  "mysql",
]);
/** SMTP, DNS, MySQL, MongoDB: taken for TCP whatever their name. */
const WELL_KNOWN = new Set([25, 53, 3306, 27017]);
const MANAGED = "gateway.istio.io/managed";

/** Ports whose name does not begin with a protocol: the proxy has to guess. */
export const portNameAnalyzer: Analyzer = {
  name: "service.PortNameAnalyzer",
  description: "Checks the port names associated with each service",
  inputs: ["Service"],
  run: ({ services }) =>
    services
      .filter((service) => !isControlPlane(service) && !isManaged(service))
      .flatMap((service) => {
        const external = service.spec.type === "ExternalName";
        return service.spec.ports.flatMap((port, index) => {
          if (isNamed(port) && !(port.name === "tcp" && external)) return [];
          const finding = external
            ? externalNamePort()
            : portNameConvention(port.name, port.port, String(port.targetPort ?? 0));
          return [about(service, finding, `spec.ports[${index}].port`)];
        });
      }),
};

const isManaged = ({ metadata: { labels } }: Resource): boolean =>
  ["istio.io-gateway-controller", "istio.io-mesh-controller"].includes(labels[MANAGED] ?? "");

/** Follows pkg/config/kube ConvertProtocol. */
function isNamed({ name, port, protocol, appProtocol }: ServicePort): boolean {
  if (protocol === "UDP") return true;
  const said = (appProtocol ?? name).toLowerCase();
  if (appProtocol === "kubernetes.io/h2c" || said.startsWith("grpc-web")) return true;
  return PROTOCOLS.has(said.split("-")[0] ?? "") || WELL_KNOWN.has(port);
}

/** Services that want different things of the same pods. */
export const multiServiceAnalyzer: Analyzer = {
  name: "deployment.MultiServiceAnalyzer",
  description: "Checks association between services and pods",
  inputs: ["Service", "Deployment", "Namespace"],
  run: (world) =>
    world.deployments
      .filter((one) => one.metadata.labels[MANAGED] !== "istio.io-mesh-controller")
      .filter((deployment) => deploymentInMesh(deployment, world))
      .flatMap((deployment) => {
        const services = servicesOf(deployment, world);
        return [...protocolConflicts(deployment, services), ...portConflicts(deployment, services)];
      }),
};

type Deployment = World["deployments"][number];
type Service = World["services"][number];

const servicesOf = ({ metadata, spec }: Deployment, { services }: World): Service[] =>
  services.filter(
    (service) =>
      service.metadata.namespace === metadata.namespace &&
      Object.keys(service.spec.selector).length > 0 &&
      selects(service.spec.selector, spec.template.metadata?.labels ?? {}),
  );

/** One port with two protocols. */
function protocolConflicts(deployment: Deployment, services: readonly Service[]): Message[] {
  const byPort = new Map<number, Map<string, string[]>>();
  for (const service of services)
    for (const { port, protocol } of service.spec.ports) {
      const protocols = byPort.get(port) ?? new Map<string, string[]>();
      const known = protocols.get(protocol || "TCP") ?? [];
      byPort.set(port, protocols.set(protocol || "TCP", [...known, fullName(service)]));
    }
  return [...byPort]
    .filter(([, protocols]) => protocols.size > 1)
    .map(([port, protocols]) => {
      const names = [...protocols.values()].flat().sort();
      return about(deployment, multipleServices(deployment.metadata.name, port, names), "metadata.name");
    });
}

/** One target port behind two ports. */
function portConflicts(deployment: Deployment, services: readonly Service[]): Message[] {
  const byTarget = new Map<string, Map<number, string>>();
  for (const service of services)
    for (const { port, targetPort } of service.spec.ports) {
      const target = String(targetPort || port);
      byTarget.set(target, (byTarget.get(target) ?? new Map()).set(port, fullName(service)));
    }
  return [...byTarget]
    .filter(([, ports]) => ports.size > 1)
    .map(([targetPort, ports]) => {
      const conflict = {
        services: [...ports.values()].sort(),
        targetPort,
        ports: [...ports.keys()].sort((a, b) => a - b),
      };
      return about(deployment, conflictingPorts(deployment.metadata.name, conflict), "metadata.name");
    });
}

const PROXY_UID = 1337;

/** The proxy's own user: what an application sends under it is not redirected. */
export const applicationUidAnalyzer: Analyzer = {
  name: "applicationUID.Analyzer",
  description: "Checks invalid application UID",
  inputs: ["Pod", "Deployment"],
  run: ({ pods, deployments }) => [
    ...pods.filter((pod) => !isControlPlane(pod) && usesProxyUid(pod.spec)).map(reserved),
    ...deployments
      .filter((one) => !isControlPlane(one) && usesProxyUid(one.spec.template.spec))
      .map(reserved),
  ],
};

const reserved = (resource: Resource): Message => about(resource, invalidApplicationUid());

const usesProxyUid = ({ securityContext, containers }: PodSpec): boolean =>
  securityContext?.runAsUser === PROXY_UID ||
  containers
    .filter(({ name }) => name !== PROXY && name !== "istio-operator")
    .some((container) => container.securityContext?.runAsUser === PROXY_UID);
