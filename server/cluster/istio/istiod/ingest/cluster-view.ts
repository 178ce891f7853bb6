import type { KubeObject } from "../../../apimachinery/index.ts";
import type { Clock, Logger } from "../../../base/index.ts";
import {
  type Informer,
  type ResourceType,
  SharedInformers,
  type Transport,
  waitForCacheSync,
} from "../../../client/index.ts";
import type { EnvoyFilter, ProxyConfig } from "../model/extensions.ts";
import type { ConfigMap, EndpointSlice, Node, Pod, Secret, Service } from "../model/kube.ts";
import type {
  DestinationRule,
  Gateway,
  ServiceEntry,
  Sidecar,
  VirtualService,
  WorkloadEntry,
  WorkloadGroup,
} from "../model/networking.ts";
import type { AuthorizationPolicy, PeerAuthentication, RequestAuthentication } from "../model/security.ts";
import type { Telemetry } from "../model/telemetry.ts";
import type { World } from "../model/world.ts";
import { type OptionalField, OptionalKinds } from "./optional-kinds.ts";

type Kinds = { readonly [K in Exclude<keyof World, OptionalField>]: ResourceType<World[K][number]> };

const core = (kind: string, plural: string, namespaced = true) => ({
  group: "",
  version: "v1",
  kind,
  plural,
  namespaced,
});

type Group = "networking" | "security" | "telemetry";

// Versions that every release we practise serves.
const OTHER_VERSIONS: Readonly<Record<string, string>> = { Telemetry: "v1alpha1", EnvoyFilter: "v1alpha3" };

const istio = (group: Group, kind: string, plural: string) => ({
  group: `${group}.istio.io`,
  version: OTHER_VERSIONS[kind] ?? "v1beta1",
  kind,
  plural,
  namespaced: true,
});

export const NAMESPACES: ResourceType<KubeObject> = core("Namespace", "namespaces", false);

const KINDS = {
  namespaces: NAMESPACES,
  services: core("Service", "services") as ResourceType<Service>,
  pods: core("Pod", "pods") as ResourceType<Pod>,
  nodes: core("Node", "nodes", false) as ResourceType<Node>,
  secrets: core("Secret", "secrets") as ResourceType<Secret>,
  configMaps: core("ConfigMap", "configmaps") as ResourceType<ConfigMap>,
  endpointSlices: {
    group: "discovery.k8s.io",
    version: "v1",
    kind: "EndpointSlice",
    plural: "endpointslices",
    namespaced: true,
  } as ResourceType<EndpointSlice>,
  gateways: istio("networking", "Gateway", "gateways") as ResourceType<Gateway>,
  virtualServices: istio("networking", "VirtualService", "virtualservices") as ResourceType<VirtualService>,
  destinationRules: istio(
    "networking",
    "DestinationRule",
    "destinationrules",
  ) as ResourceType<DestinationRule>,
  serviceEntries: istio("networking", "ServiceEntry", "serviceentries") as ResourceType<ServiceEntry>,
  sidecars: istio("networking", "Sidecar", "sidecars") as ResourceType<Sidecar>,
  peerAuthentications: istio(
    "security",
    "PeerAuthentication",
    "peerauthentications",
  ) as ResourceType<PeerAuthentication>,
  authorizationPolicies: istio(
    "security",
    "AuthorizationPolicy",
    "authorizationpolicies",
  ) as ResourceType<AuthorizationPolicy>,
  requestAuthentications: istio(
    "security",
    "RequestAuthentication",
    "requestauthentications",
  ) as ResourceType<RequestAuthentication>,
  telemetries: istio("telemetry", "Telemetry", "telemetries") as ResourceType<Telemetry>,
  envoyFilters: istio("networking", "EnvoyFilter", "envoyfilters") as ResourceType<EnvoyFilter>,
  proxyConfigs: istio("networking", "ProxyConfig", "proxyconfigs") as ResourceType<ProxyConfig>,
  workloadEntries: istio("networking", "WorkloadEntry", "workloadentries") as ResourceType<WorkloadEntry>,
  workloadGroups: istio("networking", "WorkloadGroup", "workloadgroups") as ResourceType<WorkloadGroup>,
} satisfies Kinds;

export const SECRETS: ResourceType<Secret> = KINDS.secrets;
export const CONFIG_MAPS: ResourceType<ConfigMap> = KINDS.configMaps;

export interface ClusterViewDeps {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What istiod sees of the cluster, kept by watches. `onChange` hears that something it pushes from may have changed. */
export class ClusterView {
  private readonly informers: SharedInformers;
  private readonly optional = new OptionalKinds();
  readonly namespaces: Informer<KubeObject>;

  constructor(deps: ClusterViewDeps) {
    this.informers = new SharedInformers({ ...deps, userAgent: "pilot-discovery" });
    this.namespaces = this.informers.of(NAMESPACES);
  }

  /** Resolves when every first list is in; false when aborted before. */
  async start(signal: AbortSignal, onChange: () => void): Promise<boolean> {
    const types: readonly ResourceType[] = Object.values(KINDS);
    const listen = (type: ResourceType) => this.listen(type, onChange);
    const definitions = this.optional.start({ informers: this.informers, signal, listen, onChange });
    const informers = [definitions, ...types.map(listen)];
    this.informers.start(signal);
    return waitForCacheSync(informers, signal);
  }

  private listen(type: ResourceType, onChange: () => void): Informer<KubeObject> {
    const informer = this.informers.of(type);
    informer.addHandler({
      added: onChange,
      deleted: onChange,
      updated: (object, old) => {
        if (changesConfiguration(object, old)) onChange();
      },
    });
    return informer;
  }

  /** An informer of a kind that is not pushed from. */
  informerOf<T extends KubeObject>(type: ResourceType<T>): Informer<T> {
    return this.informers.of(type);
  }

  get configMaps(): Informer<ConfigMap> {
    return this.informers.of(KINDS.configMaps);
  }

  /** A kind of the Gateway API, where it is installed. */
  optionalType(field: OptionalField): ResourceType | undefined {
    return this.optional.typeOf(field);
  }

  service(key: string): Service | undefined {
    return this.informers.of(KINDS.services).lister.get(key);
  }

  snapshot(): World {
    const list = <T extends KubeObject>(type: ResourceType<T>) => this.informers.of(type).lister.list();
    return {
      ...this.optional.snapshot(this.informers),
      namespaces: list(KINDS.namespaces),
      services: list(KINDS.services),
      pods: list(KINDS.pods),
      nodes: list(KINDS.nodes),
      secrets: list(KINDS.secrets),
      configMaps: list(KINDS.configMaps),
      endpointSlices: list(KINDS.endpointSlices),
      gateways: list(KINDS.gateways),
      virtualServices: list(KINDS.virtualServices),
      destinationRules: list(KINDS.destinationRules),
      serviceEntries: list(KINDS.serviceEntries),
      sidecars: list(KINDS.sidecars),
      peerAuthentications: list(KINDS.peerAuthentications),
      authorizationPolicies: list(KINDS.authorizationPolicies),
      requestAuthentications: list(KINDS.requestAuthentications),
      telemetries: list(KINDS.telemetries),
      envoyFilters: list(KINDS.envoyFilters),
      proxyConfigs: list(KINDS.proxyConfigs),
      workloadEntries: list(KINDS.workloadEntries),
      workloadGroups: list(KINDS.workloadGroups),
    };
  }
}

/** A status, an annotation of a lease, a probe's result: most updates change nothing that proxies are told. */
function changesConfiguration(object: KubeObject, old: KubeObject): boolean {
  if (object.kind === "Pod") return podFacts(object) !== podFacts(old);
  if (object.kind === "Node" || object.kind === "Namespace")
    return JSON.stringify(object.metadata.labels) !== JSON.stringify(old.metadata.labels);
  // Statuses of the Gateway API are istiod's own words.
  if (object.apiVersion.startsWith("gateway.networking.k8s.io/"))
    return JSON.stringify(settled(object)) !== JSON.stringify(settled(old));
  return true;
}

const settled = ({ metadata, ...object }: KubeObject) => [
  metadata.generation,
  metadata.labels,
  metadata.annotations,
  metadata.generation === undefined ? object.spec : undefined,
];

function podFacts(pod: KubeObject): string {
  const { podIP } = (pod as Pod).status ?? {};
  return JSON.stringify([pod.metadata.labels, podIP]);
}
