import { TYPE_URL, type TypeUrl } from "../../../xds/index.ts";
import { patchClusters } from "../envoy-filter/clusters.ts";
import { patchListeners } from "../envoy-filter/listeners.ts";
import { patchRoutes } from "../envoy-filter/routes.ts";
import { generateClusters } from "../generators/cds.ts";
import { generateEndpoints } from "../generators/eds.ts";
import { gatewayPorts } from "../generators/gateway-routes.ts";
import { generateListeners } from "../generators/lds.ts";
import { generateRoutes } from "../generators/rds.ts";
import { generateSecrets } from "../generators/sds.ts";
import type { MeshProxy } from "../push/proxy.ts";
import type { PushContext } from "../push/push-context.ts";

/** What a proxy gets for a type: everything for CDS and LDS, what it named for the others. */
export function generate(
  typeUrl: TypeUrl,
  names: readonly string[],
  of: { readonly proxy: MeshProxy; readonly push: PushContext },
): readonly object[] {
  const { proxy, push } = of;
  switch (typeUrl) {
    case TYPE_URL.cluster:
      return patchClusters(generateClusters(proxy, push), proxy, push);
    case TYPE_URL.endpoint:
      return generateEndpoints(proxy, push, names);
    case TYPE_URL.listener:
      return patchListeners(generateListeners(proxy, push), proxy, push);
    case TYPE_URL.route:
      return patchRoutes(generateRoutes(proxy, push, names), of, (name) => gatewayPorts(name, proxy, push));
    case TYPE_URL.secret:
      return generateSecrets(proxy, push, names);
  }
}

/** Envoy needs clusters before the endpoints of them, and listeners before the routes of them. */
export const PUSH_ORDER: readonly TypeUrl[] = [
  TYPE_URL.cluster,
  TYPE_URL.endpoint,
  TYPE_URL.listener,
  TYPE_URL.route,
  TYPE_URL.secret,
];
