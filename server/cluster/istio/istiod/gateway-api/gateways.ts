import type { KubeGateway, Listener } from "../model/gateway-api.ts";
import type { Gateway, ServerTls } from "../model/networking.ts";
import type { World } from "../model/world.ts";
import { labelsMatch } from "../push/host-names.ts";
import { condition, type Outcome, type Problem } from "./conditions.ts";
import { CONTROLLER, GATEWAY_SERVICE, GENERATED, GROUP } from "./names.ts";
import { isPermitted } from "./references.ts";

/** One listener as routes see it. */
export interface Parent {
  readonly gateway: KubeGateway;
  readonly listener: Listener;
  /** `namespace/name` of the Istio Gateway it became. */
  readonly internalName: string;
  /** Namespaces whose routes may attach; undefined: all. */
  readonly namespaces: ReadonlySet<string> | undefined;
  readonly kinds: readonly string[];
  attached: number;
}

export interface ListenerOutcome {
  readonly listener: Listener;
  readonly kinds: readonly string[];
  readonly conditions: readonly Outcome[];
}

export interface GatewayOutcome {
  readonly gateway: KubeGateway;
  /** The service that its proxies stand behind: its own, or one that it names as its address. */
  readonly services: readonly string[];
  readonly managed: boolean;
  readonly listeners: readonly ListenerOutcome[];
  readonly parents: readonly Parent[];
}

export const isOurs = (gateway: KubeGateway, world: World): boolean =>
  world.gatewayClasses.some(
    ({ metadata, spec }) =>
      metadata.name === gateway.spec.gatewayClassName && spec.controllerName === CONTROLLER,
  );

/** Without a host name as its address a Gateway gets proxies of its own. */
export function serviceOf({ metadata, spec }: KubeGateway): {
  readonly managed: boolean;
  readonly services: readonly string[];
} {
  const { name = "", namespace = "" } = metadata;
  const hostnames = (spec.addresses ?? []).filter(({ type }) => type === "Hostname");
  if (hostnames.length === 0)
    return { managed: true, services: [`${namespace}/${name}-${spec.gatewayClassName}`] };
  return {
    managed: false,
    services: hostnames.map(({ value }) => {
      const [service = "", other = namespace] = value.split(".");
      return `${other}/${service}`;
    }),
  };
}

const KINDS: Readonly<Record<string, readonly string[]>> = {
  HTTP: ["HTTPRoute", "GRPCRoute"],
  HTTPS: ["HTTPRoute", "GRPCRoute"],
  TCP: ["TCPRoute"],
  TLS: ["TLSRoute"],
};

/** The Istio Gateways that a Gateway of the Gateway API means, one a listener. Follows convertGateways. */
export function convertGateway(
  gateway: KubeGateway,
  world: World,
): { readonly outcome: GatewayOutcome; readonly gateways: readonly Gateway[] } {
  const { name = "", namespace = "", creationTimestamp } = gateway.metadata;
  const place = serviceOf(gateway);
  const converted = gateway.spec.listeners.map((listener) => {
    const internal = `${name}-${GENERATED}-${listener.name}`;
    const tls = tlsOf(listener, gateway, world);
    const namespaces = allowedNamespaces(listener, namespace, world);
    const asked = listener.allowedRoutes?.kinds?.map(({ kind }) => kind);
    const possible =
      listener.protocol === "TLS" && listener.tls?.mode === "Terminate"
        ? ["TCPRoute"]
        : (KINDS[listener.protocol] ?? []);
    const kinds = asked ? possible.filter((kind) => asked.includes(kind)) : possible;
    const host = listener.hostname || "*";
    const scopes = namespaces ? [...namespaces].sort() : ["*"];
    const istio: Gateway = {
      apiVersion: "networking.istio.io/v1beta1",
      kind: "Gateway",
      metadata: {
        name: internal,
        namespace,
        ...(creationTimestamp ? { creationTimestamp } : {}),
        annotations: { [GATEWAY_SERVICE]: place.services.join(",") },
      },
      spec: {
        servers: [
          {
            port: { name: "default", number: listener.port, protocol: listener.protocol },
            hosts: scopes.map((scope) => `${scope}/${host}`),
            ...(tls.settings ? { tls: tls.settings } : {}),
          },
        ],
      },
    };
    const parent: Parent = {
      gateway,
      listener,
      internalName: `${namespace}/${internal}`,
      namespaces,
      kinds,
      attached: 0,
    };
    const outcome = { listener, kinds, conditions: listenerConditions(tls.problem) };
    return { parent, outcome, gateways: tls.problem ? [] : [istio] };
  });
  return {
    outcome: {
      gateway,
      ...place,
      listeners: converted.map(({ outcome }) => outcome),
      parents: converted.map(({ parent }) => parent),
    },
    gateways: converted.flatMap(({ gateways }) => gateways),
  };
}

function listenerConditions(problem: Problem | undefined): readonly Outcome[] {
  const fine = (reason: string) => ({ reason, message: "No errors found" });
  const programmed = problem && { reason: "Invalid", message: "Bad TLS configuration" };
  return [
    condition("Accepted", fine("Accepted")),
    { type: "Conflicted", status: "False", ...fine("NoConflicts") },
    condition("Programmed", fine("Programmed"), programmed),
    condition("ResolvedRefs", fine("ResolvedRefs"), problem),
  ];
}

function allowedNamespaces(
  { allowedRoutes }: Listener,
  own: string,
  world: World,
): ReadonlySet<string> | undefined {
  const { from = "Same", selector } = allowedRoutes?.namespaces ?? {};
  if (from === "All") return undefined;
  if (from === "Same") return new Set([own]);
  return new Set(
    world.namespaces
      .filter(({ metadata }) => labelsMatch(selector?.matchLabels, metadata.labels ?? {}))
      .map(({ metadata }) => metadata.name ?? ""),
  );
}

function tlsOf(
  listener: Listener,
  { metadata }: KubeGateway,
  world: World,
): { readonly settings?: ServerTls; readonly problem?: Problem } {
  const { tls } = listener;
  if (!tls) return {};
  if (tls.mode === "Passthrough") return { settings: { mode: "PASSTHROUGH" } };
  const [reference, ...others] = tls.certificateRefs ?? [];
  const invalid = (message: string) => ({ problem: { reason: "InvalidCertificateRef", message } });
  if (!reference || others.length > 0)
    return invalid("exactly 1 certificateRefs should be present for TLS termination");
  const { group = "", kind = "Secret", name } = reference;
  const own = metadata.namespace ?? "";
  const namespace = reference.namespace ?? own;
  const text = `${group}/${kind}/${name}.${namespace}`;
  if (group !== "" || kind !== "Secret")
    return invalid(`invalid certificate reference ${text}, only secret is allowed`);
  const from = { kind: "Gateway", namespace: own };
  if (!isPermitted({ from, to: { kind, namespace, name } }, world))
    return {
      problem: {
        reason: "RefNotPermitted",
        message: `certificateRef ${namespace}/${name} not accessible to a Gateway in namespace "${own}" (missing a ReferenceGrant?)`,
      },
    };
  const secret = world.secrets.find(
    (one) => one.metadata.name === name && one.metadata.namespace === namespace,
  );
  if (!secret?.data?.["tls.crt"] || !secret.data["tls.key"])
    return invalid(`invalid certificate reference ${text}, secret "${name}" not found`);
  return { settings: { mode: "SIMPLE", credentialName: `kubernetes-gateway://${namespace}/${name}` } };
}

export const groupOf = (group: string | undefined): string => group ?? GROUP;
