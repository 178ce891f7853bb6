import type { Condition, KubeGateway, RouteParentStatus } from "../model/gateway-api.ts";
import type { Service } from "../model/kube.ts";
import { condition, type Outcome, type Problem, stamped } from "./conditions.ts";
import type { RouteOutcome } from "./convert.ts";
import type { GatewayOutcome } from "./gateways.ts";
import { CONTROLLER, GROUP } from "./names.ts";

export interface GatewayService extends Service {
  readonly status?: {
    readonly loadBalancer?: {
      readonly ingress?: readonly { readonly ip?: string; readonly hostname?: string }[];
    };
  };
}

interface StatusContext {
  readonly now: string;
  service(key: string): GatewayService | undefined;
  /** Whether a ready pod stands behind the service. */
  hasEndpoints(key: string): boolean;
}

/** The status of a Gateway, in istiod's words. Follows reportGatewayStatus and buildListener. */
export function gatewayStatus(outcome: GatewayOutcome, context: StatusContext): object {
  const { gateway, listeners, parents } = outcome;
  const generation = gateway.metadata.generation ?? 0;
  const stamp = { generation, now: context.now };
  const { programmed, addresses } = programming(outcome, context);
  const before = listenersBefore(gateway);
  return {
    ...(addresses.length > 0 ? { addresses } : {}),
    conditions: stamped(
      [condition("Accepted", { reason: "Accepted", message: "Resource accepted" }), programmed],
      conditionsOf(gateway.status),
      stamp,
    ),
    listeners: listeners.map(({ listener, kinds, conditions }) => ({
      name: listener.name,
      attachedRoutes: parents.find((one) => one.listener.name === listener.name)?.attached ?? 0,
      supportedKinds: kinds.map((kind) => ({ group: GROUP, kind })),
      conditions: stamped(conditions, before.get(listener.name), stamp),
    })),
  };
}

function programming(
  { gateway, services }: GatewayOutcome,
  context: StatusContext,
): { readonly programmed: Outcome; readonly addresses: readonly object[] } {
  const problems: { readonly problem: string; readonly usable: boolean }[] = [];
  const internal: string[] = [];
  const addresses: object[] = [];
  for (const key of services) {
    const [namespace = "", name = ""] = key.split("/");
    const hostname = `${name}.${namespace}.svc.cluster.local`;
    const service = context.service(key);
    if (!service) {
      problems.push({ problem: `hostname "${hostname}" not found`, usable: false });
      continue;
    }
    const ports = new Set((service.spec.ports ?? []).map(({ port }) => port));
    for (const { port } of gateway.spec.listeners) {
      if (!ports.has(port))
        problems.push({ problem: `port ${port} not found for hostname "${hostname}"`, usable: false });
      else if (!context.hasEndpoints(key))
        problems.push({ problem: `no instances found for hostname "${hostname}"`, usable: true });
      else internal.push(`${hostname}:${port}`);
    }
    const external = service.status?.loadBalancer?.ingress ?? [];
    if (service.spec.type === "LoadBalancer" && external.length === 0)
      problems.push({ problem: `address pending for hostname "${hostname}"`, usable: true });
    for (const { ip, hostname: name } of external)
      addresses.push({ type: ip ? "IPAddress" : "Hostname", value: ip ?? name ?? "" });
    if (external.length === 0 && internal.length > 0 && service.spec.type !== "LoadBalancer")
      addresses.push({ type: "Hostname", value: hostname });
  }
  return { programmed: programmedCondition(internal, problems), addresses };
}

function programmedCondition(
  internal: readonly string[],
  problems: readonly { readonly problem: string; readonly usable: boolean }[],
): Outcome {
  const assigned = [...new Set(internal)].sort().join(" and ");
  const message = assigned
    ? `Resource programmed, assigned to service(s) ${assigned}`
    : "Resource programmed";
  if (problems.length === 0) return condition("Programmed", { reason: "Programmed", message });
  const list = [...new Set(problems.map(({ problem }) => problem))].join("; ");
  const failure: Problem = {
    reason: problems.every(({ usable }) => usable) ? "AddressNotAssigned" : "AddressNotUsable",
    message: assigned
      ? `Assigned to service(s) ${assigned}, but failed to assign to all requested addresses: ${list}`
      : `Failed to assign to any requested addresses: ${list}`,
  };
  return condition("Programmed", { reason: "Programmed", message }, failure);
}

const isList = (value: unknown): value is readonly Readonly<Record<string, unknown>>[] =>
  Array.isArray(value);

function conditionsOf(status: Readonly<Record<string, unknown>> | undefined): readonly Condition[] {
  // What stands there was written by this file, or by the definition's default of the same form.
  const conditions = status?.conditions;
  return Array.isArray(conditions) ? (conditions as readonly Condition[]) : [];
}

function listenersBefore(gateway: KubeGateway): ReadonlyMap<string, readonly Condition[]> {
  const listeners = gateway.status?.listeners;
  return new Map(
    (isList(listeners) ? listeners : []).map((one) => [String(one.name), conditionsOf(one)] as const),
  );
}

/** Parents of other controllers stay as they are. */
export function routeStatus({ route, parents }: RouteOutcome, now: string): object {
  const before = route.status?.parents ?? [];
  const generation = route.metadata.generation ?? 0;
  const others = before.filter(({ controllerName }) => controllerName !== CONTROLLER);
  const own = parents.map(({ reference, conditions }): RouteParentStatus => {
    const old = before.find(({ parentRef }) => JSON.stringify(parentRef) === JSON.stringify(reference));
    return {
      parentRef: reference,
      controllerName: CONTROLLER,
      conditions: stamped(conditions, old?.conditions, { generation, now }),
    };
  });
  return { parents: [...others, ...own] };
}

export function classStatus(
  before: readonly Condition[] | undefined,
  stamp: { generation: number; now: string },
): object {
  const accepted = condition("Accepted", { reason: "Accepted", message: "Handled by Istio controller" });
  return { conditions: stamped([accepted], before, stamp) };
}
