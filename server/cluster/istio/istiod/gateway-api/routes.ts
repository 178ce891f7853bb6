import type { BackendReference, KubeRoute, ParentReference } from "../model/gateway-api.ts";
import type { Destination } from "../model/networking.ts";
import type { World } from "../model/world.ts";
import { hostMatches, serviceHostname } from "../push/host-names.ts";
import { condition, type Outcome, type Problem } from "./conditions.ts";
import { groupOf, type Parent } from "./gateways.ts";
import type { Backends } from "./http-rules.ts";
import { GROUP } from "./names.ts";
import { isPermitted } from "./references.ts";

/** Where a route is attached, or why it is not. */
export interface Attachment {
  readonly reference: ParentReference;
  /** `mesh`: to a service of the mesh itself. */
  readonly to: Parent | { readonly service: string } | undefined;
  readonly denied?: Problem;
}

/** The parents a route names, one entry for each listener it might attach to. Follows extractParentReferenceInfo. */
export function attachments(route: KubeRoute, parents: readonly Parent[]): readonly Attachment[] {
  const { namespace = "" } = route.metadata;
  return (route.spec.parentRefs ?? []).flatMap((reference): readonly Attachment[] => {
    const { kind = "Gateway", group, name } = reference;
    const place = reference.namespace ?? namespace;
    if (kind === "Service" && (group ?? "") === "")
      return [{ reference, to: { service: serviceHostname(name, place) } }];
    if (kind !== "Gateway" || groupOf(group) !== GROUP) return [];
    return parents
      .filter(({ gateway }) => gateway.metadata.name === name && gateway.metadata.namespace === place)
      .map((parent) => {
        const denied = refusal(parent, reference, route);
        if (!denied) parent.attached += 1;
        return { reference, to: denied ? undefined : parent, ...(denied ? { denied } : {}) };
      });
  });
}

function refusal(parent: Parent, reference: ParentReference, route: KubeRoute): Problem | undefined {
  const { listener, namespaces, kinds } = parent;
  const { namespace = "" } = route.metadata;
  if (reference.port && reference.port !== listener.port)
    return { reason: "NoMatchingParent", message: `port ${reference.port} not found` };
  if (reference.sectionName && reference.sectionName !== listener.name)
    return { reason: "NoMatchingParent", message: `sectionName "${reference.sectionName}" not found` };
  const own = listener.hostname || "*";
  const hosts = route.spec.hostnames?.length ? route.spec.hostnames : ["*"];
  const fits = hosts.some((host) => hostMatches(own, host) || hostMatches(host, own));
  if (!fits)
    return {
      reason: "NoMatchingListenerHostname",
      message: `no hostnames matched parent hostname "${listener.hostname ?? ""}"`,
    };
  if (namespaces && !namespaces.has(namespace))
    return {
      reason: "NotAllowedByListeners",
      message: `hostnames matched parent hostname "${listener.hostname ?? ""}", but namespace "${namespace}" is not allowed by the parent`,
    };
  if (!kinds.includes(route.kind))
    return {
      reason: "NotAllowedByListeners",
      message: `kind ${GROUP}/v1alpha2/${route.kind} is not allowed`,
    };
  return undefined;
}

// No problem is best; then those of the route, last those of the listener's name and port.
const RANKING = ["", "NotAllowedByListeners", "NoMatchingListenerHostname", "NoMatchingParent"];

/** One status for each parent, whatever number of its listeners were tried. Follows createRouteStatus. */
export function parentOutcomes(
  all: readonly Attachment[],
  problem: Problem | undefined,
): readonly { readonly reference: ParentReference; readonly conditions: readonly Outcome[] }[] {
  const byReference = new Map<string, Attachment[]>();
  for (const one of all) {
    const key = JSON.stringify(one.reference);
    byReference.set(key, [...(byReference.get(key) ?? []), one]);
  }
  return [...byReference.values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const reasons = group.map(({ denied }) => denied?.reason ?? "");
    const best = RANKING.find((reason) => reasons.includes(reason)) ?? "";
    const denied = group.flatMap((one) => (one.denied?.reason === best ? [one.denied.message] : []));
    const bound = group.filter((one) => !one.denied).length;
    const message = bound > 1 ? `Route was valid, bound to ${bound} parents` : "Route was valid";
    const refused = best === "" ? undefined : { reason: best, message: denied.join("; ") };
    return [
      {
        reference: first.reference,
        conditions: [
          condition("Accepted", { reason: "Accepted", message }, refused),
          condition("ResolvedRefs", { reason: "ResolvedRefs", message: "All references resolved" }, problem),
        ],
      },
    ];
  });
}

/** Backends of a route as destinations. One that is not there still gets its share, which then fails with 500. */
export function backendsOf(route: KubeRoute, world: World): Backends {
  const { namespace = "" } = route.metadata;
  return ({ backendRefs = [] }) => {
    let problem: Problem | undefined;
    const destinations = backendRefs.map((backend) => {
      const found = destinationOf(backend, { kind: route.kind, namespace }, world);
      problem ??= found.problem;
      return { destination: found.destination, weight: backend.weight ?? 1 };
    });
    return {
      destinations: destinations.filter(({ weight }) => weight > 0),
      ...(problem ? { problem } : {}),
    };
  };
}

const NOWHERE: Destination = { host: "", port: { number: 0 } };

function destinationOf(
  { group = "", kind = "Service", name, port, ...backend }: BackendReference,
  from: { readonly kind: string; readonly namespace: string },
  world: World,
): { readonly destination: Destination; readonly problem?: Problem } {
  const namespace = backend.namespace ?? from.namespace;
  const broken = (reason: string, message: string) => ({
    destination: NOWHERE,
    problem: { reason, message },
  });
  if (!isPermitted({ from, to: { kind, namespace, name } }, world))
    return broken(
      "RefNotPermitted",
      `backendRef ${name}/${namespace} not accessible to a ${from.kind} in namespace "${from.namespace}" (missing a ReferenceGrant?)`,
    );
  if (group !== "" || kind !== "Service")
    return broken("InvalidKind", `referencing unsupported backendRef: group "${group}" kind "${kind}"`);
  if (!port) return broken("InvalidDestination", "port is required in backendRef");
  if (name.includes("."))
    return broken(
      "InvalidDestination",
      "serviceName invalid; the name of the Service must be used, not the hostname.",
    );
  const host = serviceHostname(name, namespace);
  const known = world.services.some(
    ({ metadata }) => metadata.name === name && metadata.namespace === namespace,
  );
  const destination = { host, port: { number: port } };
  if (known) return { destination };
  return { destination, problem: { reason: "BackendNotFound", message: `backend(${host}) not found` } };
}
