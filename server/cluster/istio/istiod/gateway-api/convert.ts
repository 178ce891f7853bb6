import type { KubeRoute } from "../model/gateway-api.ts";
import type { Gateway, HttpRoute, L4Route, VirtualService } from "../model/networking.ts";
import type { World } from "../model/world.ts";
import type { Outcome, Problem } from "./conditions.ts";
import { convertGateway, type GatewayOutcome, isOurs, type Parent } from "./gateways.ts";
import { type Backends, bySpecificity, convertRules } from "./http-rules.ts";
import { GENERATED, ROUTE_SEMANTICS } from "./names.ts";
import { type Attachment, attachments, backendsOf, parentOutcomes } from "./routes.ts";

export interface RouteOutcome {
  readonly route: KubeRoute;
  readonly parents: ReturnType<typeof parentOutcomes>;
}

/** What the Gateway API's objects mean in Istio's own words, and what is to be said of them. */
export interface Converted {
  readonly gateways: readonly Gateway[];
  readonly virtualServices: readonly VirtualService[];
  readonly gatewayOutcomes: readonly GatewayOutcome[];
  readonly routeOutcomes: readonly RouteOutcome[];
}

const NOTHING: Converted = { gateways: [], virtualServices: [], gatewayOutcomes: [], routeOutcomes: [] };

export type { Outcome };

const oldestFirst = (a: KubeRoute, b: KubeRoute): number =>
  (a.metadata.creationTimestamp ?? "").localeCompare(b.metadata.creationTimestamp ?? "") ||
  `${a.metadata.namespace}/${a.metadata.name}`.localeCompare(`${b.metadata.namespace}/${b.metadata.name}`);

export function convertGatewayApi(world: World): Converted {
  const ours = world.kubeGateways.filter((gateway) => isOurs(gateway, world));
  const routes = [...world.httpRoutes, ...world.grpcRoutes, ...world.tcpRoutes, ...world.tlsRoutes];
  if (ours.length === 0 && routes.length === 0) return NOTHING;
  const gateways = ours.map((gateway) => convertGateway(gateway, world));
  const parents = gateways.flatMap(({ outcome }) => outcome.parents);
  const http = new HttpHosts();
  const services: VirtualService[] = [];
  const routeOutcomes: RouteOutcome[] = [];
  for (const route of routes.toSorted(oldestFirst)) {
    const attached = attachments(route, parents);
    const backends = backendsOf(route, world);
    const problem =
      route.kind === "HTTPRoute" || route.kind === "GRPCRoute"
        ? http.add(route, attached, backends)
        : addL4(route, { attached, backends, services });
    routeOutcomes.push({ route, parents: parentOutcomes(attached, problem) });
  }
  return {
    gateways: gateways.flatMap((one) => one.gateways),
    virtualServices: [...http.services(), ...services],
    gatewayOutcomes: gateways.map(({ outcome }) => outcome),
    routeOutcomes,
  };
}

const gatewayName = (to: Attachment["to"]): string | undefined =>
  to === undefined ? undefined : "service" in to ? "mesh" : to.internalName;

interface Building {
  readonly route: KubeRoute;
  readonly gateway: string;
  readonly host: string;
  readonly http: HttpRoute[];
}

/** Routes of several objects for one host of one listener are one VirtualService, the most specific first. */
class HttpHosts {
  private readonly hosts = new Map<string, Building>();
  private readonly counts = new Map<string, number>();

  add(route: KubeRoute, attached: readonly Attachment[], backends: Backends): Problem | undefined {
    const { routes, problem } = convertRules(route.spec.rules ?? [], backends, route.kind === "GRPCRoute");
    for (const { to } of attached) {
      const gateway = gatewayName(to);
      if (!to || gateway === undefined) continue;
      for (const host of hostsFor(route, to)) {
        const key = `${gateway} ${host} ${route.metadata.namespace ?? ""}`;
        const known = this.hosts.get(key) ?? { route, gateway, host, http: [] };
        this.hosts.set(key, known);
        known.http.push(...routes);
      }
    }
    return problem;
  }

  services(): readonly VirtualService[] {
    return [...this.hosts.values()].map(({ route, gateway, host, http }) => {
      const { name = "" } = route.metadata;
      const count = this.counts.get(name) ?? 0;
      this.counts.set(name, count + 1);
      return virtualService(route, `${name}-${count}-${GENERATED}`, {
        hosts: [host],
        gateways: [gateway],
        http: bySpecificity(http),
      });
    });
  }
}

function hostsFor(route: KubeRoute, to: Parent | { readonly service: string }): readonly string[] {
  if ("service" in to) return [to.service];
  return route.spec.hostnames?.length ? route.spec.hostnames : ["*"];
}

function virtualService(route: KubeRoute, name: string, spec: VirtualService["spec"]): VirtualService {
  const { namespace = "", creationTimestamp } = route.metadata;
  return {
    apiVersion: "networking.istio.io/v1beta1",
    kind: "VirtualService",
    metadata: {
      name,
      namespace,
      ...(creationTimestamp ? { creationTimestamp } : {}),
      annotations: { [ROUTE_SEMANTICS]: "gateway" },
    },
    spec,
  };
}

function addL4(
  route: KubeRoute,
  of: {
    readonly attached: readonly Attachment[];
    readonly backends: Backends;
    readonly services: VirtualService[];
  },
): Problem | undefined {
  const tls = route.kind === "TLSRoute";
  let problem: Problem | undefined;
  for (const [index, { to }] of of.attached.entries()) {
    const gateway = gatewayName(to);
    if (!to || gateway === undefined) continue;
    const hosts = tls ? hostsFor(route, to) : "service" in to ? [to.service] : ["*"];
    const rules = (route.spec.rules ?? []).flatMap((rule): L4Route[] => {
      const found = of.backends(rule);
      problem ??= found.problem;
      if (found.destinations.length === 0) return [];
      const destinations =
        found.destinations.length === 1
          ? found.destinations.map(({ destination }) => ({ destination }))
          : found.destinations;
      return [{ ...(tls ? { match: [{ sniHosts: hosts }] } : {}), route: destinations }];
    });
    const name = `${route.metadata.name ?? ""}-${tls ? "tls" : "tcp"}-${index}-${GENERATED}`;
    const spec = { hosts, gateways: [gateway], ...(tls ? { tls: rules } : { tcp: rules }) };
    of.services.push(virtualService(route, name, spec));
  }
  return problem;
}
