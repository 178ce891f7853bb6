import type { z } from "zod";
import type { NodeBadge } from "../../contracts/index.ts";
import { type GroupVersionResource, isNotFound, type KubeCluster, type KubeObject } from "../kube/index.ts";
import { readWorkloads } from "./read-workloads.ts";
import {
  destinationRuleObject,
  gatewayObject,
  peerAuthenticationObject,
  serviceObject,
  virtualServiceObject,
} from "./snapshot-schemas.ts";
import type {
  DestinationRule,
  Gateway,
  MeshSnapshot,
  PeerAuthentication,
  Service,
  VirtualService,
} from "./snapshot-types.ts";

const core = (resource: string): GroupVersionResource => ({ group: "", version: "v1", resource });
const apps = (resource: string): GroupVersionResource => ({ group: "apps", version: "v1", resource });
const networking = (resource: string): GroupVersionResource => ({
  group: "networking.istio.io",
  version: "v1beta1",
  resource,
});

export interface ReadSnapshot {
  readonly snapshot: MeshSnapshot;
  readonly warnings: readonly string[];
}

/** Reads the cluster. A kind that cannot be read is empty, with a warning; a kind that does not exist is just empty. */
export async function readSnapshot(cluster: KubeCluster): Promise<ReadSnapshot> {
  const warnings: string[] = [];
  const list = async (resource: GroupVersionResource): Promise<readonly KubeObject[]> => {
    try {
      return await cluster.list(resource);
    } catch (error) {
      if (isNotFound(error)) return []; // Istio, or this part of it, is not installed
      warnings.push(
        `${resource.resource} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      );
      return [];
    }
  };
  const [pods, deployments, statefulSets, daemonSets, services, gateways, virtualServices, policies, rules] =
    await Promise.all([
      list(core("pods")),
      list(apps("deployments")),
      list(apps("statefulsets")),
      list(apps("daemonsets")),
      list(core("services")),
      list(networking("gateways")),
      list(networking("virtualservices")),
      list({ group: "security.istio.io", version: "v1beta1", resource: "peerauthentications" }),
      list(networking("destinationrules")),
    ]);
  const snapshot: MeshSnapshot = {
    workloads: readWorkloads([...deployments, ...statefulSets, ...daemonSets], pods),
    services: services.flatMap(readService),
    gateways: gateways.flatMap(readGateway),
    virtualServices: virtualServices.flatMap(readVirtualService),
    peerAuthentications: policies.flatMap(readPeerAuthentication),
    destinationRules: rules.flatMap(readDestinationRule),
  };
  return { snapshot, warnings };
}

function head(object: KubeObject): { namespace: string; name: string } {
  return { namespace: object.metadata.namespace ?? "", name: object.metadata.name };
}

function readService(object: KubeObject): Service[] {
  const parsed = serviceObject.safeParse(object);
  if (!parsed.success) return [];
  const { selector, ports } = parsed.data.spec;
  return [
    {
      ...head(object),
      selector: selector ?? {},
      ports: (ports ?? []).map(({ port, targetPort }) => ({
        port,
        // A named target port stands for different numbers in different pods; nobody asks for it here.
        targetPort: typeof targetPort === "number" ? targetPort : targetPort === undefined ? port : undefined,
      })),
    },
  ];
}

function readGateway(object: KubeObject): Gateway[] {
  const parsed = gatewayObject.safeParse(object);
  return parsed.success ? [{ ...head(object), selector: parsed.data.spec?.selector ?? {} }] : [];
}

function readVirtualService(object: KubeObject): VirtualService[] {
  const parsed = virtualServiceObject.safeParse(object);
  if (!parsed.success) return [];
  const spec = parsed.data.spec ?? {};
  const routes = [...(spec.http ?? []), ...(spec.tcp ?? []), ...(spec.tls ?? [])];
  const destinations = routes.flatMap((one) => [
    ...(one.route ?? []).flatMap((route) => route.destination?.host ?? []),
    ...(one.mirror ? [one.mirror.host] : []),
  ]);
  const hosts = spec.hosts ?? [];
  return [
    {
      ...head(object),
      gateways: spec.gateways ?? [],
      destinations: [...new Set(destinations)],
      hosts: [...new Set([...hosts, ...destinations])],
      badges: badgesOf(spec.http ?? [], routes),
    },
  ];
}

type Routes = NonNullable<NonNullable<z.infer<typeof virtualServiceObject>["spec"]>["http"]>;

/** Kiali's badges (graph/telemetry/istio/appender/istio_details.go): what a VirtualService does. */
function badgesOf(http: Routes, all: readonly Routes[number][]): NodeBadge[] {
  const does: readonly (readonly [NodeBadge, boolean])[] = [
    ["request-routing", http.some(({ match }) => (match ?? []).length > 0)],
    ["traffic-shifting", all.some(({ route }) => (route ?? []).length > 1)],
    ["fault-injection", http.some(({ fault }) => fault !== undefined && fault !== null)],
    ["request-timeout", http.some(({ timeout }) => timeout !== undefined)],
    ["mirroring", http.some(({ mirror, mirrors }) => Boolean(mirror) || (mirrors ?? []).length > 0)],
  ];
  return ["virtual-service", ...does.flatMap(([badge, here]) => (here ? [badge] : []))];
}

function readPeerAuthentication(object: KubeObject): PeerAuthentication[] {
  const parsed = peerAuthenticationObject.safeParse(object);
  if (!parsed.success) return [];
  const spec = parsed.data.spec ?? {};
  const ports = Object.entries(spec.portLevelMtls ?? {});
  return [
    {
      ...head(object),
      selector: spec.selector?.matchLabels ?? undefined,
      mode: spec.mtls?.mode ?? "UNSET",
      ports: new Map(ports.map(([port, { mode }]) => [Number(port), mode ?? "UNSET"])),
      created: object.metadata.creationTimestamp ?? "",
    },
  ];
}

function readDestinationRule(object: KubeObject): DestinationRule[] {
  const parsed = destinationRuleObject.safeParse(object);
  if (!parsed.success) return [];
  const { host, trafficPolicy, subsets } = parsed.data.spec;
  const policies = [trafficPolicy, ...(subsets ?? []).map((subset) => subset.trafficPolicy)];
  const breaksCircuits = policies.some((policy) =>
    Boolean(policy?.connectionPool ?? policy?.outlierDetection),
  );
  return [{ ...head(object), host, tlsMode: trafficPolicy?.tls?.mode, breaksCircuits }];
}
