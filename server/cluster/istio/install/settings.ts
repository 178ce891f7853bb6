import type { VersionGates } from "../versions.ts";
import { chartProfile, chartValues } from "./operator/profiles.ts";
import { at, type Json, merged, type Tree, treeAt } from "./tree.ts";

/** What an installation is made from, read once from the merged spec. */
export interface InstallSettings {
  readonly gates: VersionGates;
  readonly profile: string;
  /** Empty for the default revision. */
  readonly revision: string;
  readonly hub: string;
  readonly tag: string;
  readonly enabled: {
    readonly base: boolean;
    readonly pilot: boolean;
    readonly ingress: boolean;
    readonly egress: boolean;
  };
  readonly meshConfig: Tree;
  /** The charts' values with everything merged: what the injector is given. */
  readonly values: Tree;
  readonly pilot: PilotSettings;
  readonly ingress: GatewaySettings;
  readonly egress: GatewaySettings;
}

export interface WorkloadSettings {
  readonly replicas: number | undefined;
  readonly autoscale: { readonly min: number; readonly max: number; readonly cpu: number } | undefined;
  readonly resources: Tree;
}

export interface PilotSettings extends WorkloadSettings {
  readonly traceSampling: number;
  readonly env: Readonly<Record<string, string>>;
  readonly logLevel: string;
}

export interface GatewaySettings extends WorkloadSettings {
  readonly serviceType: string;
  readonly ports: readonly GatewayPort[];
  readonly serviceAnnotations: Readonly<Record<string, string>>;
  readonly podAnnotations: Readonly<Record<string, string>>;
}

export interface GatewayPort {
  readonly name: string;
  readonly port: number;
  readonly targetPort: number;
}

export function installSettings(spec: Tree, gates: VersionGates): InstallSettings {
  const { meshConfig: _, ...own } = treeAt(spec, "values");
  const named = text(treeAt(spec, "values").profile);
  const { meshConfig: profileMesh, ...profileValues } = chartProfile(named, gates);
  const values = [profileValues, own].reduce<Tree>(merged, chartValues);
  const revision = text(spec.revision) === "default" ? "" : text(spec.revision);
  const meshes = [treeAt(profileMesh), treeAt(spec, "values", "meshConfig"), treeAt(spec, "meshConfig")];
  const components = treeAt(spec, "components");
  return {
    gates,
    profile: text(spec.profile) || "default",
    revision,
    hub: text(spec.hub),
    tag: text(spec.tag),
    enabled: {
      base: at(components, "base", "enabled") === true,
      pilot: at(components, "pilot", "enabled") === true,
      ingress: gatewayEnabled(spec, "ingressGateways", "istio-ingressgateway"),
      egress: gatewayEnabled(spec, "egressGateways", "istio-egressgateway"),
    },
    meshConfig: meshes.reduce<Tree>(merged, ownMeshConfig(gates, revision)),
    values,
    pilot: pilotSettings(values, treeAt(components, "pilot", "k8s")),
    ingress: gatewaySettings(values, "istio-ingressgateway", treeAt(components, "ingressGateways", 0, "k8s")),
    egress: gatewaySettings(values, "istio-egressgateway", treeAt(components, "egressGateways", 0, "k8s")),
  };
}

/** The old switch in `values` still counts (operator/pkg/translate OverlayValuesEnablement). */
function gatewayEnabled(spec: Tree, list: string, name: string): boolean {
  const byValues = at(spec, "values", "gateways", name, "enabled");
  return (byValues ?? at(spec, "components", list, 0, "enabled")) === true;
}

function ownMeshConfig(gates: VersionGates, revision: string): Tree {
  const istiod = revision ? `istiod-${revision}` : "istiod";
  return {
    defaultConfig: {
      discoveryAddress: `${istiod}.istio-system.svc:15012`,
      ...(gates.zipkinByDefault ? { tracing: { zipkin: { address: "zipkin.istio-system:9411" } } } : {}),
    },
    defaultProviders: { metrics: ["prometheus"] },
    enablePrometheusMerge: true,
    rootNamespace: "istio-system",
    trustDomain: "cluster.local",
  };
}

/** Chart values, and `k8s` of the component upon them. */
function workload(values: Tree, k8s: Tree): WorkloadSettings {
  const [min, max] = [number(values.autoscaleMin), number(values.autoscaleMax)];
  const autoscale = values.autoscaleEnabled === true && min !== undefined && max !== undefined;
  const cpu = number(at(values, "cpu", "targetAverageUtilization")) ?? 80;
  return {
    replicas: number(k8s.replicaCount) ?? (autoscale ? undefined : (number(values.replicaCount) ?? 1)),
    autoscale: autoscale ? { min, max, cpu } : undefined,
    resources: merged(treeAt(values, "resources"), treeAt(k8s, "resources")),
  };
}

function pilotSettings(values: Tree, k8s: Tree): PilotSettings {
  const pilot = treeAt(values, "pilot");
  const list = Array.isArray(k8s.env) ? k8s.env : [];
  const named = list.map((entry) => [text(at(entry, "name")), text(at(entry, "value"))] as const);
  return {
    ...workload(pilot, k8s),
    traceSampling: number(pilot.traceSampling) ?? 1,
    env: { ...texts(treeAt(pilot, "env")), ...Object.fromEntries(named) },
    logLevel: text(at(values, "global", "logging", "level")),
  };
}

function gatewaySettings(values: Tree, name: string, k8s: Tree): GatewaySettings {
  const gateway = treeAt(values, "gateways", name);
  const ports = at(k8s, "service", "ports") ?? gateway.ports;
  return {
    ...workload(gateway, k8s),
    serviceType: text(at(k8s, "service", "type")) || text(gateway.type),
    ports: (Array.isArray(ports) ? ports : []).map((port) => {
      const service = number(at(port, "port")) ?? 0;
      const targetPort = number(at(port, "targetPort")) ?? service;
      return { name: text(at(port, "name")), port: service, targetPort };
    }),
    serviceAnnotations: {
      ...texts(treeAt(gateway, "serviceAnnotations")),
      ...texts(treeAt(k8s, "serviceAnnotations")),
    },
    podAnnotations: { ...texts(treeAt(gateway, "podAnnotations")), ...texts(treeAt(k8s, "podAnnotations")) },
  };
}

const number = (value: Json | undefined) => (typeof value === "number" ? value : undefined);
const text = (value: Json | undefined): string =>
  typeof value === "string" ? value : value === undefined || value === null ? "" : String(value);
const texts = (tree: Tree) =>
  Object.fromEntries(Object.entries(tree).map(([key, value]) => [key, text(value)]));
