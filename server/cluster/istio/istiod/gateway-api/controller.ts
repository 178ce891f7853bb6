import {
  deepEqual,
  isAlreadyExists,
  isConflict,
  isNotFound,
  type KubeObject,
} from "../../../apimachinery/index.ts";
import type { Clock, Logger } from "../../../base/index.ts";
import { ResourceClient, type ResourceType, type Transport } from "../../../client/index.ts";
import type { OptionalField } from "../ingest/optional-kinds.ts";
import type { GatewayClass } from "../model/gateway-api.ts";
import type { PushContext } from "../push/push-context.ts";
import { type DeploymentContext, gatewayWorkload } from "./deployment.ts";
import { CONTROLLER, GATEWAY_CLASS, GROUP } from "./names.ts";
import { classStatus, type GatewayService, gatewayStatus, routeStatus } from "./status.ts";

export interface GatewayControllerDeps {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly logger: Logger;
  typeOf(field: OptionalField): ResourceType | undefined;
  service(key: string): GatewayService | undefined;
  gatewayClasses(): readonly GatewayClass[];
  deployment(): DeploymentContext;
}

const WORKLOAD_TYPES: Readonly<Record<string, ResourceType>> = {
  ServiceAccount: {
    group: "",
    version: "v1",
    kind: "ServiceAccount",
    plural: "serviceaccounts",
    namespaced: true,
  },
  Service: { group: "", version: "v1", kind: "Service", plural: "services", namespaced: true },
  Deployment: { group: "apps", version: "v1", kind: "Deployment", plural: "deployments", namespaced: true },
};

const ROUTE_FIELDS: Readonly<Record<string, OptionalField>> = {
  HTTPRoute: "httpRoutes",
  GRPCRoute: "grpcRoutes",
  TCPRoute: "tcpRoutes",
  TLSRoute: "tlsRoutes",
};

/**
 * What istiod writes for the Gateway API: its class, the proxies of Gateways, and what became of everything. Looks at
 * the newest snapshot only; a change that comes while it writes makes it look again.
 */
export class GatewayController {
  private wanted: PushContext | undefined;
  private running = false;

  constructor(private readonly deps: GatewayControllerDeps) {}

  /** Never rejects: what cannot be written now is tried again with the next change. */
  reconcile(push: PushContext): void {
    this.wanted = push;
    if (this.running) return;
    this.running = true;
    this.run()
      .catch((error: unknown) =>
        this.deps.logger.warn({ scope: "gateway" }, `gateway status: ${String(error)}`),
      )
      .finally(() => {
        this.running = false;
        if (this.wanted) this.reconcile(this.wanted);
      });
  }

  private async run(): Promise<void> {
    for (let push = this.wanted; push; push = this.wanted) {
      this.wanted = undefined;
      await this.keepClass();
      for (const { gateway, managed } of push.gatewayApi.gatewayOutcomes)
        if (managed)
          for (const object of gatewayWorkload(gateway, this.deps.deployment())) await this.ensure(object);
      await this.writeStatuses(push);
    }
  }

  private get now(): string {
    return new Date(this.deps.clock.now()).toISOString().replace(/\.\d+Z$/, "Z");
  }

  private client(type: ResourceType): ResourceClient<KubeObject> {
    return new ResourceClient({ transport: this.deps.transport, type, userAgent: "pilot-discovery" });
  }

  private async keepClass(): Promise<void> {
    const type = this.deps.typeOf("gatewayClasses");
    if (!type) return;
    const known = this.deps.gatewayClasses();
    if (!known.some(({ metadata }) => metadata.name === GATEWAY_CLASS))
      await this.client(type)
        .create({
          apiVersion: `${GROUP}/${type.version}`,
          kind: "GatewayClass",
          metadata: { name: GATEWAY_CLASS },
          spec: { controllerName: CONTROLLER, description: "The default Istio GatewayClass" },
        })
        .catch(ignoring(isAlreadyExists));
    for (const one of known.filter(({ spec }) => spec.controllerName === CONTROLLER)) {
      const stamp = { generation: one.metadata.generation ?? 0, now: this.now };
      await this.writeStatus(type, one, classStatus(one.status?.conditions, stamp));
    }
  }

  /** Made once; what users change of it stays changed, but for the ports of the service. */
  private async ensure(object: KubeObject): Promise<void> {
    const type = WORKLOAD_TYPES[object.kind];
    if (!type) return;
    const client = this.client(type);
    const { name = "", namespace = "" } = object.metadata;
    const current = await client.get({ name, namespace }).catch(ignoring(isNotFound));
    if (!current) {
      await client.create(object).catch(ignoring(isAlreadyExists));
      return;
    }
    if (object.kind !== "Service") return;
    const [wanted, have] = [portNumbers(object), portNumbers(current)];
    if (wanted === have) return;
    const { ports } = object.spec as { readonly ports: unknown };
    await client.patch({ name, namespace }, { type: "merge", body: { spec: { ports } } });
  }

  private async writeStatuses(push: PushContext): Promise<void> {
    const gateways = this.deps.typeOf("kubeGateways");
    const context = {
      now: this.now,
      service: (key: string) => this.deps.service(key),
      hasEndpoints: (key: string) => {
        const [namespace, name] = key.split("/");
        return (push.endpoints.get(`${name}.${namespace}.svc.cluster.local`) ?? []).length > 0;
      },
    };
    if (gateways)
      for (const outcome of push.gatewayApi.gatewayOutcomes)
        await this.writeStatus(gateways, outcome.gateway, gatewayStatus(outcome, context));
    for (const outcome of push.gatewayApi.routeOutcomes) {
      const type = this.deps.typeOf(ROUTE_FIELDS[outcome.route.kind] ?? "httpRoutes");
      if (type) await this.writeStatus(type, outcome.route, routeStatus(outcome, this.now));
    }
  }

  private async writeStatus(type: ResourceType, object: KubeObject, status: object): Promise<void> {
    if (deepEqual(object.status ?? {}, status)) return;
    const { name = "", namespace, resourceVersion } = object.metadata;
    const body = { metadata: { resourceVersion }, status };
    await this.client(type)
      .patch({ name, ...(namespace ? { namespace } : {}) }, { type: "merge", body, subresource: "status" })
      // Changed or gone meanwhile: the watch brings the next look.
      .catch(ignoring((error) => isConflict(error) || isNotFound(error)));
  }
}

function portNumbers({ spec }: KubeObject): string {
  const ports: unknown = typeof spec === "object" && spec !== null ? Reflect.get(spec, "ports") : [];
  const numbers = (Array.isArray(ports) ? ports : []).map((one: { port?: number }) => one.port ?? 0);
  return numbers.sort((a, b) => a - b).join(",");
}

const ignoring =
  (expected: (error: unknown) => boolean) =>
  (error: unknown): undefined => {
    if (!expected(error)) throw error;
    return undefined;
  };
