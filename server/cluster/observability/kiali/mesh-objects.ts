import { arrayOf, type KubeObject, objectOf, stringOf, valueAt } from "../../apimachinery/index.ts";
import { ResourceClient, type ResourceType, type Transport } from "../../client/index.ts";
import type { Badges } from "./cytoscape.ts";
import type { GraphNode } from "./traffic-map.ts";

const core = (kind: string, plural: string, namespaced: boolean): ResourceType => ({
  group: "",
  version: "v1",
  kind,
  plural,
  namespaced,
});
const nameOf = ({ metadata }: KubeObject) => metadata.name ?? "";

const PODS = core("Pod", "pods", true);
const NAMESPACES = core("Namespace", "namespaces", false);
const DEPLOYMENTS: ResourceType = {
  group: "apps",
  version: "v1",
  kind: "Deployment",
  plural: "deployments",
  namespaced: true,
};
const VIRTUAL_SERVICES: ResourceType = {
  group: "networking.istio.io",
  version: "v1beta1",
  kind: "VirtualService",
  plural: "virtualservices",
  namespaced: true,
};

/** What Kiali reads of the API server. */
export class MeshObjects {
  constructor(private readonly transport: Transport) {}

  async namespaces(): Promise<readonly object[]> {
    const found = await this.list(NAMESPACES);
    return found
      .filter((one) => !nameOf(one).startsWith("kube-"))
      .map(({ metadata }) => ({
        name: metadata.name,
        cluster: "Kubernetes",
        isAmbient: false,
        labels: metadata.labels ?? {},
        annotations: metadata.annotations ?? {},
      }));
  }

  /** Control plane and gateways by the readiness of their deployments. */
  async istioStatus(): Promise<readonly object[]> {
    const deployments = await this.list(DEPLOYMENTS, "istio-system");
    const parts = deployments.filter((one) => /^istiod|^istio-.*gateway$/.test(nameOf(one)));
    const names = new Set(parts.map(nameOf));
    const missing = names.has("istiod")
      ? []
      : [{ cluster: "Kubernetes", name: "istiod", status: "NotFound", is_core: true }];
    return [...parts.map(componentStatus), ...missing];
  }

  /** The release of the control plane, by istiod's image; "unknown" without one. */
  async meshVersion(): Promise<string> {
    const deployments = await this.list(DEPLOYMENTS, "istio-system");
    const istiod = deployments.find((one) => nameOf(one) === "istiod");
    const [container] = arrayOf(valueAt(istiod, "spec", "template", "spec", "containers"));
    return /:([^:/@]+)$/.exec(stringOf(objectOf(container).image))?.[1] ?? "unknown";
  }

  async badges(namespaces: readonly string[]): Promise<Badges> {
    const lists = await Promise.all(
      namespaces.map(async (namespace) => ({
        pods: await this.list(PODS, namespace),
        virtualServices: await this.list(VIRTUAL_SERVICES, namespace).catch(() => []),
      })),
    );
    const pods = lists.flatMap((one) => one.pods);
    const routes = lists.flatMap((one) => one.virtualServices);
    return {
      missingSidecar: (node) => missesSidecar(node, pods),
      virtualService: (node) => routesTo(node, routes),
    };
  }

  private async list(type: ResourceType, namespace?: string): Promise<readonly KubeObject[]> {
    const client = new ResourceClient({ transport: this.transport, type });
    return (await client.list(namespace === undefined ? {} : { namespace })).items;
  }
}

function componentStatus(deployment: KubeObject): object {
  const wanted = Number(valueAt(deployment, "spec", "replicas") ?? 1);
  const available = Number(valueAt(deployment, "status", "availableReplicas") ?? 0);
  const name = nameOf(deployment);
  const status = wanted === 0 ? "NotReady" : available < wanted ? "Unhealthy" : "Healthy";
  return { cluster: "Kubernetes", name, status, is_core: name.startsWith("istiod") };
}

/** Pods of a deployment are called `<deployment>-<hash>-<suffix>`; a workload has a sidecar when all its pods do. */
function missesSidecar(node: GraphNode, pods: readonly KubeObject[]): boolean {
  if (node.nodeType === "service" || node.nodeType === "unknown" || node.workload === "") return false;
  const own = pods.filter(
    (pod) =>
      pod.metadata.namespace === node.namespace &&
      nameOf(pod).startsWith(`${node.workload}-`) &&
      /^[a-z0-9]+(-[a-z0-9]+)?$/.test(nameOf(pod).slice(node.workload.length + 1)),
  );
  return own.some((pod) => {
    const spec = objectOf(valueAt(pod, "spec"));
    const names = [...arrayOf(spec.containers), ...arrayOf(spec.initContainers)].map((one) =>
      stringOf(objectOf(one).name),
    );
    return !names.includes("istio-proxy");
  });
}

function routesTo(node: GraphNode, routes: readonly KubeObject[]): readonly string[] {
  if (node.nodeType !== "service") return [];
  const { service, namespace } = node;
  const names = new Set([service, `${service}.${namespace}`, `${service}.${namespace}.svc.cluster.local`]);
  return routes.flatMap((route) => {
    const spec = objectOf(valueAt(route, "spec"));
    const hosts = arrayOf(spec.hosts).map(stringOf);
    const ruled = ["http", "tls", "tcp"].flatMap((kind) => arrayOf(spec[kind]).map(objectOf));
    const destinations = ruled
      .flatMap((rule) => arrayOf(rule.route))
      .map((one) => stringOf(valueAt(one, "destination", "host")));
    const short = (host: string) =>
      names.has(host) && (host !== service || route.metadata.namespace === namespace);
    return [...hosts, ...destinations].some(short) ? hosts : [];
  });
}
