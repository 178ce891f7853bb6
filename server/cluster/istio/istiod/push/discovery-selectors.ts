import type { KubeObject } from "../../../apimachinery/index.ts";
import type { World } from "../model/world.ts";

export interface LabelSelector {
  readonly matchLabels: Readonly<Record<string, string>>;
  readonly matchExpressions: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values: readonly string[];
  }[];
}

/** The part of the cluster that istiod looks at: namespaces that one of the mesh's selectors fits. None: all of it. */
export function discovered(world: World, selectors: readonly LabelSelector[]): World {
  if (selectors.length === 0) return world;
  const seen = new Set(
    world.namespaces
      .filter(({ metadata }) => selectors.some((selector) => fits(selector, metadata.labels ?? {})))
      .map(({ metadata }) => metadata.name ?? ""),
  );
  const inSight = <T extends KubeObject>(objects: readonly T[]): readonly T[] =>
    objects.filter(({ metadata }) => metadata.namespace === undefined || seen.has(metadata.namespace));
  return {
    ...world,
    services: inSight(world.services),
    endpointSlices: inSight(world.endpointSlices),
    pods: inSight(world.pods),
    secrets: inSight(world.secrets),
    gateways: inSight(world.gateways),
    virtualServices: inSight(world.virtualServices),
    destinationRules: inSight(world.destinationRules),
    serviceEntries: inSight(world.serviceEntries),
    workloadEntries: inSight(world.workloadEntries),
    sidecars: inSight(world.sidecars),
    peerAuthentications: inSight(world.peerAuthentications),
    authorizationPolicies: inSight(world.authorizationPolicies),
    requestAuthentications: inSight(world.requestAuthentications),
    telemetries: inSight(world.telemetries),
    envoyFilters: inSight(world.envoyFilters),
    proxyConfigs: inSight(world.proxyConfigs),
    kubeGateways: inSight(world.kubeGateways),
    httpRoutes: inSight(world.httpRoutes),
    grpcRoutes: inSight(world.grpcRoutes),
    tcpRoutes: inSight(world.tcpRoutes),
    tlsRoutes: inSight(world.tlsRoutes),
  };
}

function fits(
  { matchLabels, matchExpressions }: LabelSelector,
  labels: Readonly<Record<string, string>>,
): boolean {
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values }) => {
      const value = labels[key];
      switch (operator) {
        case "In":
          return value !== undefined && values.includes(value);
        case "NotIn":
          return value === undefined || !values.includes(value);
        case "Exists":
          return value !== undefined;
        case "DoesNotExist":
          return value === undefined;
        default:
          return false;
      }
    })
  );
}
