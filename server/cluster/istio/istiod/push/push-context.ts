import type { KubeObject } from "../../../apimachinery/index.ts";
import type { TypeUrl } from "../../../xds/index.ts";
import type { VersionGates } from "../../versions.ts";
import { type Converted, convertGatewayApi } from "../gateway-api/convert.ts";
import type { EnvoyFilter } from "../model/extensions.ts";
import type { Pod, Secret } from "../model/kube.ts";
import type { Gateway, Sidecar } from "../model/networking.ts";
import type { AuthorizationPolicy, JwtRule, RequestAuthentication } from "../model/security.ts";
import type { Telemetry } from "../model/telemetry.ts";
import type { World } from "../model/world.ts";
import { DestinationRules } from "./destination-rules.ts";
import { discovered } from "./discovery-selectors.ts";
import { isVisible } from "./host-names.ts";
import type { MeshConfig } from "./mesh-config.ts";
import { PeerAuthentications } from "./peer-authentication.ts";
import {
  endpointsByHost,
  fromKubernetes,
  fromServiceEntry,
  type Localities,
  type MeshEndpoint,
  type MeshService,
  nodeLocalities,
} from "./registry.ts";
import { VirtualServices } from "./virtual-services.ts";

/** An immutable snapshot of the mesh, indexed for the generators. Everything they may know is here or in the MeshProxy. */
export interface PushContext {
  readonly version: string;
  readonly gates: VersionGates;
  readonly mesh: MeshConfig;
  /** Percent of requests that start a trace. */
  readonly traceSampling: number;
  jwks(rule: JwtRule): string;
  /** What may differ from the snapshot before; absent: anything. */
  readonly affected?: ReadonlySet<TypeUrl>;
  /** By hostname, then port: stable order makes stable configuration. */
  readonly services: readonly MeshService[];
  readonly serviceOf: ReadonlyMap<string, MeshService>;
  readonly endpoints: ReadonlyMap<string, readonly MeshEndpoint[]>;
  /** By `namespace/name`. */
  readonly pods: ReadonlyMap<string, Pod>;
  readonly localities: Localities;
  readonly secrets: ReadonlyMap<string, Secret>;
  /** What the Gateway API's objects became: their gateways and routes are among those below. */
  readonly gatewayApi: Converted;
  readonly gateways: readonly Gateway[];
  readonly sidecars: readonly Sidecar[];
  readonly virtualServices: VirtualServices;
  readonly destinationRules: DestinationRules;
  readonly peerAuthentications: PeerAuthentications;
  readonly authorizationPolicies: readonly AuthorizationPolicy[];
  readonly requestAuthentications: readonly RequestAuthentication[];
  readonly telemetries: readonly Telemetry[];
  readonly envoyFilters: readonly EnvoyFilter[];
}

export interface PushSettings {
  readonly version: string;
  readonly gates: VersionGates;
  readonly mesh: MeshConfig;
  readonly traceSampling: number;
  readonly affected?: ReadonlySet<TypeUrl>;
  /** The keys of a rule that does not carry them itself. */
  jwks(rule: JwtRule): string;
}

export function buildPushContext(everything: World, settings: PushSettings): PushContext {
  const world = discovered(everything, settings.mesh.discoverySelectors);
  const pods = byName(world.pods);
  const gatewayApi = convertGatewayApi(world);
  const services = uniqueHosts([
    ...world.services.map(fromKubernetes),
    ...byCreation(world.serviceEntries).flatMap((entry) => fromServiceEntry(entry, world.workloadEntries)),
  ]);
  return {
    ...settings,
    services,
    serviceOf: new Map(services.map((service) => [service.hostname, service])),
    endpoints: endpointsByHost(world, pods),
    pods,
    localities: nodeLocalities(world),
    secrets: byName(world.secrets),
    gatewayApi,
    gateways: byCreation([...world.gateways, ...gatewayApi.gateways]),
    sidecars: byCreation(world.sidecars),
    virtualServices: new VirtualServices(
      byCreation([...world.virtualServices, ...gatewayApi.virtualServices]),
    ),
    destinationRules: new DestinationRules(byCreation(world.destinationRules), settings.mesh.rootNamespace),
    peerAuthentications: new PeerAuthentications(world.peerAuthentications, settings.mesh.rootNamespace),
    authorizationPolicies: byCreation(world.authorizationPolicies),
    requestAuthentications: byCreation(world.requestAuthentications),
    telemetries: byCreation(world.telemetries),
    envoyFilters: byCreation(world.envoyFilters),
  };
}

/** Services that a client in `namespace` may know of. */
export function visibleServices(push: PushContext, namespace: string): readonly MeshService[] {
  return push.services.filter((service) => isVisible(service.exportTo, service.namespace, namespace));
}

function byName<T extends KubeObject>(objects: readonly T[]): ReadonlyMap<string, T> {
  return new Map(
    objects.map((object) => [`${object.metadata.namespace ?? ""}/${object.metadata.name ?? ""}`, object]),
  );
}

/** Oldest first; objects of the same second by name and namespace, as upstream sorts them. */
export function byCreation<T extends KubeObject>(objects: readonly T[]): readonly T[] {
  const key = ({ metadata }: T) => `${metadata.name ?? ""}.${metadata.namespace ?? ""}`;
  return [...objects].sort(
    (a, b) =>
      (a.metadata.creationTimestamp ?? "").localeCompare(b.metadata.creationTimestamp ?? "") ||
      key(a).localeCompare(key(b)),
  );
}

/** Two entries for one host: the Kubernetes service, else the oldest entry, is the one that counts. */
function uniqueHosts(services: readonly MeshService[]): readonly MeshService[] {
  const byHost = new Map<string, MeshService>();
  for (const service of services) if (!byHost.has(service.hostname)) byHost.set(service.hostname, service);
  return [...byHost.values()].sort((a, b) => a.hostname.localeCompare(b.hostname));
}
