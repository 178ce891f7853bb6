import type { HashPolicy } from "../../../xds/index.ts";
import type { Destination } from "../model/networking.ts";
import { policyForPort } from "../push/destination-rules.ts";
import { resolveShortName } from "../push/host-names.ts";
import { type MeshProxy, proxyLabels } from "../push/proxy.ts";
import type { PushContext } from "../push/push-context.ts";
import type { MeshService } from "../push/registry.ts";
import { MESH_GATEWAY } from "../push/virtual-services.ts";
import { duration } from "./durations.ts";
import type { RouteContext } from "./http-route.ts";

export interface Client {
  readonly proxy: MeshProxy;
  readonly push: PushContext;
}

/** How a VirtualService of `namespace` is read by a client on a port; gateways pass their own name. */
export function routeContext(
  namespace: string,
  listenPort: number,
  client: Client & { readonly gateway?: string },
): RouteContext {
  const { proxy, push } = client;
  const resolve = (destination: Destination) => {
    const host = resolveShortName(destination.host, namespace);
    const service = push.serviceOf.get(host);
    const [only, ...others] = service?.ports ?? [];
    const port = destination.port?.number ?? (only && others.length === 0 ? only.port : listenPort);
    return { host, port, service };
  };
  return {
    gates: push.gates,
    namespace,
    listenPort,
    gateway: client.gateway ?? MESH_GATEWAY,
    proxyNamespace: proxy.namespace,
    proxyLabels: proxyLabels(proxy, push),
    resolve,
    hashPolicy(destination) {
      const { service, port } = resolve(destination);
      return service ? hashPolicyFor(service, { port, subset: destination.subset }, client) : [];
    },
  };
}

function hashPolicyFor(
  service: MeshService,
  target: { readonly port: number; readonly subset: string | undefined },
  { proxy, push }: Client,
): readonly HashPolicy[] {
  const client = { namespace: proxy.namespace, labels: proxyLabels(proxy, push) };
  const rule = push.destinationRules.forService(service, client);
  const subset = rule?.subsets.find(({ name }) => name === target.subset);
  const hash = policyForPort(target.port, rule?.trafficPolicy, subset?.trafficPolicy).loadBalancer
    ?.consistentHash;
  if (!hash) return [];
  if (hash.httpHeaderName) return [{ header: { headerName: hash.httpHeaderName } }];
  if (hash.httpCookie) {
    const { name, path, ttl } = hash.httpCookie;
    const lifetime = duration(ttl);
    return [{ cookie: { name, ...(lifetime ? { ttl: lifetime } : {}), ...(path ? { path } : {}) } }];
  }
  if (hash.httpQueryParameterName) return [{ queryParameter: { name: hash.httpQueryParameterName } }];
  return hash.useSourceIp ? [{ connectionProperties: { sourceIp: true } }] : [];
}
