import { z } from "zod";
import type { TrafficChoices } from "../../contracts/index.ts";
import { type GroupVersionResource, isNotFound, type KubeCluster } from "../../platform/kube/index.ts";
import { limits } from "./limits.ts";
import { readPods } from "./pods.ts";

const service = z.looseObject({
  spec: z.looseObject({
    ports: z
      .array(
        z.looseObject({
          port: z.number(),
          name: z.string().optional(),
          protocol: z.string().default("TCP"),
          appProtocol: z.string().optional(),
        }),
      )
      .default([]),
  }),
});
const gateway = z.looseObject({
  spec: z.looseObject({
    servers: z
      .array(
        z.looseObject({
          hosts: z.array(z.string()).default([]),
          port: z.looseObject({ number: z.number(), protocol: z.string().default("") }),
        }),
      )
      .default([]),
  }),
});

/** What belongs to the platform, not to the learner's mesh. */
const isPlatform = (namespace: string | undefined): boolean =>
  /^(kube-.*|istio-system|local-path-storage)$/.test(namespace ?? "");

interface Deps {
  readonly cluster: KubeCluster;
  /** A way to the gateway is known. */
  readonly gateway: boolean;
  readonly signal: AbortSignal;
}

/** Who could send, and what could be asked for. */
export async function trafficChoices(deps: Deps): Promise<TrafficChoices> {
  const { cluster, signal } = deps;
  const list = (resource: GroupVersionResource) =>
    cluster.list(resource, { signal }).catch((error: unknown) => {
      if (isNotFound(error)) return []; // Istio is not installed
      throw error;
    });
  const [pods, services, gateways] = await Promise.all([
    readPods(cluster, signal),
    list({ group: "", version: "v1", resource: "services" }),
    list({ group: "networking.istio.io", version: "v1beta1", resource: "gateways" }),
  ]);
  const sources = new Map(
    pods
      .filter(({ namespace, proxy }) => !isPlatform(namespace) && proxy !== "gateway")
      .map(({ namespace, workload, proxy }) => [
        `${namespace}/${workload}`,
        { namespace, name: workload, sidecar: proxy === "sidecar" },
      ]),
  );
  const inside = services.flatMap((object) => {
    const { name, namespace } = object.metadata;
    if (isPlatform(namespace) || (namespace === "default" && name === "kubernetes")) return [];
    const ports = service.safeParse(object).data?.spec.ports ?? [];
    return ports
      .filter(({ protocol, name: port = "http", appProtocol }) =>
        appProtocol === undefined
          ? protocol === "TCP" && /^(http|grpc-web|web)/.test(port)
          : /^http/i.test(appProtocol),
      )
      .map(({ port }) => `http://${name}.${namespace ?? "default"}${port === 80 ? "" : `:${port}`}/`);
  });
  const outside = gateways.flatMap((object) =>
    (gateway.safeParse(object).data?.spec.servers ?? []).flatMap(({ hosts, port }) => {
      const scheme = /^HTTPS$/i.test(port.protocol) ? "https" : /^HTTP2?$/i.test(port.protocol) ? "http" : "";
      if (scheme === "") return [];
      // "namespace/host" is a host, too; "*" and "*.example.com" stand for one.
      const names = hosts.map((host) => host.slice(host.indexOf("/") + 1));
      return names.map((host) => `${scheme}://${host === "*" ? "any.host" : host.replace("*", "any")}/`);
    }),
  );
  return {
    sources: [...sources.values()].sort(byName).slice(0, limits.choices),
    services: [...new Set(inside)].sort().slice(0, limits.choices),
    ...(deps.gateway ? { gateway: [...new Set(outside)].slice(0, limits.choices) } : {}),
  };
}

const byName = (a: { namespace: string; name: string }, b: { namespace: string; name: string }): number =>
  `${a.namespace}/${a.name}` < `${b.namespace}/${b.name}` ? -1 : 1;
