import type { HttpRoute, VirtualService } from "../model/networking.ts";
import { hostMatches, isVisible, resolveShortName, specificity } from "./host-names.ts";

export const MESH_GATEWAY = "mesh";

/** A VirtualService with its names spelt out: hosts full, gateways as `namespace/name` or `mesh`. */
export interface ResolvedVirtualService {
  readonly name: string;
  readonly namespace: string;
  readonly hosts: readonly string[];
  readonly gateways: readonly string[];
  readonly http: readonly HttpRoute[];
  readonly source: VirtualService;
}

/** `@request.auth.claims.a.b` or `@request.auth.claims[a][b]`: looks like a header, means a claim of the token. */
export const isClaimHeader = (name: string): boolean => /^@request\.auth\.claims[.[]/i.test(name);

function resolveGateway(gateway: string, namespace: string): string {
  if (gateway === MESH_GATEWAY || gateway.includes("/")) return gateway;
  // Old style: name.namespace.svc.cluster.local.
  const [name = gateway, other] = gateway.split(".");
  return other ? `${other}/${name}` : `${namespace}/${gateway}`;
}

function resolve(
  service: VirtualService,
  delegates: ReadonlyMap<string, VirtualService>,
): ResolvedVirtualService {
  const { name = "", namespace = "" } = service.metadata;
  const gateways = service.spec.gateways?.length ? service.spec.gateways : [MESH_GATEWAY];
  return {
    name,
    namespace,
    hosts: (service.spec.hosts ?? []).map((host) => resolveShortName(host, namespace)),
    gateways: gateways.map((gateway) => resolveGateway(gateway, namespace)),
    http: (service.spec.http ?? []).flatMap((route) => withDelegate(route, namespace, delegates)),
    source: service,
  };
}

/** A root route hands its matches to the child's routes; a route without a child stays as it is. */
function withDelegate(
  route: HttpRoute,
  namespace: string,
  delegates: ReadonlyMap<string, VirtualService>,
): readonly HttpRoute[] {
  const { delegate, ...root } = route;
  if (!delegate) return [route];
  const child = delegates.get(`${delegate.namespace ?? namespace}/${delegate.name ?? ""}`);
  return (child?.spec.http ?? []).map((own) => {
    const match =
      root.match && own.match
        ? root.match.flatMap((outer) => (own.match ?? []).map((inner) => ({ ...outer, ...inner })))
        : (root.match ?? own.match);
    return { ...root, ...own, ...(match ? { match } : {}) };
  });
}

export class VirtualServices {
  private readonly resolved: readonly ResolvedVirtualService[];

  /** `all` in order of creation. One without hosts is a delegate: it is reached through its root only. */
  constructor(all: readonly VirtualService[]) {
    const delegates = new Map(
      all
        .filter(({ spec }) => !spec.hosts?.length)
        .map((service) => [`${service.metadata.namespace ?? ""}/${service.metadata.name ?? ""}`, service]),
    );
    this.resolved = all
      .filter(({ spec }) => spec.hosts?.length)
      .map((service) => resolve(service, delegates));
  }

  /** Whether routes that a client in `namespace` may get ask for claims of a token. */
  matchesClaims(namespace: string): boolean {
    return this.resolved.some(
      (service) =>
        isVisible(service.source.spec.exportTo, service.namespace, namespace) &&
        service.http.some(({ match = [] }) =>
          match.some(({ headers = {}, withoutHeaders = {} }) =>
            [...Object.keys(headers), ...Object.keys(withoutHeaders)].some(isClaimHeader),
          ),
        ),
    );
  }

  /** Those that a client in `namespace` sees and that are bound to `gateway`. */
  boundTo(gateway: string, namespace: string): readonly ResolvedVirtualService[] {
    return this.resolved.filter(
      (service) =>
        service.gateways.includes(gateway) &&
        isVisible(service.source.spec.exportTo, service.namespace, namespace),
    );
  }
}

/** The one that rules a host: the most specific name, among equals the oldest. */
export function virtualServiceFor(
  host: string,
  services: readonly ResolvedVirtualService[],
): ResolvedVirtualService | undefined {
  let best: { readonly service: ResolvedVirtualService; readonly rank: number } | undefined;
  for (const service of services)
    for (const pattern of service.hosts) {
      if (!hostMatches(pattern, host)) continue;
      const rank = specificity(pattern);
      if (!best || rank > best.rank) best = { service, rank };
    }
  return best?.service;
}
