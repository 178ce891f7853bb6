import type { z } from "zod";
import type { Message } from "./message.ts";
import { KUBERNETES_GATEWAY, type Resource } from "./resource.ts";
import * as specs from "./specs.ts";

/** Everything that is analyzed: the resources of the cluster with those of files laid over them. */
export function worldOf(resources: readonly Resource[], meshConfig: specs.MeshConfig, release: string) {
  const unreadable: { readonly resource: Resource; readonly problem: string }[] = [];
  const all = <S extends z.ZodType>(kind: string, schema: S): readonly Resource<z.infer<S>>[] =>
    resources
      .filter((resource) => resource.kind === kind)
      .flatMap((resource) => {
        const { success, data, error } = schema.safeParse(resource.spec ?? {});
        if (success) return [{ ...resource, spec: data }];
        const [issue] = error.issues;
        unreadable.push({ resource, problem: `${issue?.path.join(".")}: ${issue?.message}` });
        return [];
      });
  return {
    release,
    meshConfig,
    resources,
    /** What does not have the shape of its kind. */
    unreadable,
    authorizationPolicies: all("AuthorizationPolicy", specs.authorizationPolicy),
    configMaps: all("ConfigMap", specs.configMap),
    deployments: all("Deployment", specs.deployment),
    destinationRules: all("DestinationRule", specs.destinationRule),
    envoyFilters: all("EnvoyFilter", specs.envoyFilter),
    gateways: all("Gateway", specs.gateway),
    gatewayApi: [KUBERNETES_GATEWAY, "HTTPRoute", "GRPCRoute"].flatMap((kind) =>
      all(kind, specs.conditioned),
    ),
    namespaces: all("Namespace", specs.empty),
    pods: all("Pod", specs.podSpec),
    requestAuthentications: all("RequestAuthentication", specs.selecting),
    secrets: all("Secret", specs.secret),
    serviceEntries: all("ServiceEntry", specs.serviceEntry),
    services: all("Service", specs.service),
    sidecars: all("Sidecar", specs.sidecar),
    telemetries: all("Telemetry", specs.telemetry),
    virtualServices: all("VirtualService", specs.virtualService),
    wasmPlugins: all("WasmPlugin", specs.selecting),
    webhookConfigurations: all("MutatingWebhookConfiguration", specs.mutatingWebhookConfiguration),
  };
}
export type World = ReturnType<typeof worldOf>;

/** One check of upstream's, under upstream's name. Pure: the same world gives the same messages. */
export interface Analyzer {
  readonly name: string;
  readonly description: string;
  /** Kinds it reads. Without a cluster, one that reads what only a cluster has is passed over. */
  readonly inputs: readonly string[];
  run(world: World): Message[];
}

export const named = <Spec>(list: readonly Resource<Spec>[], namespace: string, name: string) =>
  list.find(({ metadata }) => metadata.namespace === namespace && metadata.name === name);
