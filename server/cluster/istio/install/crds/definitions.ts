import type { KubeObject } from "../../../apimachinery/index.ts";
import type { VersionGates } from "../../versions.ts";
import { destinationRuleSpec } from "./destination-rule.ts";
import { gatewaySpec } from "./gateway.ts";
import {
  envoyFilterSpec,
  proxyConfigSpec,
  serviceEntrySpec,
  sidecarSpec,
  telemetrySpec,
  wasmPluginSpec,
  workloadEntrySpec,
  workloadGroupSpec,
} from "./registry.ts";
import { anything, object, type Schema, str } from "./schema.ts";
import {
  authorizationPolicySpec,
  peerAuthenticationSpec,
  requestAuthenticationSpec,
  selectorNeededForPorts,
} from "./security.ts";
import { virtualServiceSpec } from "./virtual-service.ts";

interface Column {
  readonly name: string;
  readonly type: "string" | "date";
  readonly description: string;
  readonly jsonPath: string;
}

interface Definition {
  readonly group: "networking" | "security" | "telemetry" | "extensions";
  readonly kind: string;
  readonly plural: string;
  readonly singular?: string;
  readonly shortNames?: readonly string[];
  readonly spec: Schema;
  readonly columns?: readonly Column[];
  /** Served versions of 1.21, the stored one first; v1 joins by the version gates. */
  readonly versions: readonly string[];
  /** A kind that has no v1 in any release yet. */
  readonly neverV1?: true;
  readonly v1Always?: true;
}

const AGE: Column = {
  name: "Age",
  type: "date",
  description: "Time since the object was created.",
  jsonPath: ".metadata.creationTimestamp",
};

const column = (name: string, jsonPath: string, description: string): Column => ({
  name,
  type: "string",
  description,
  jsonPath,
});

function definitions(gates: VersionGates): readonly Definition[] {
  const networking = ["v1alpha3", "v1beta1"];
  return [
    {
      group: "extensions",
      kind: "WasmPlugin",
      plural: "wasmplugins",
      spec: wasmPluginSpec,
      versions: ["v1alpha1"],
      neverV1: true,
    },
    {
      group: "networking",
      kind: "DestinationRule",
      plural: "destinationrules",
      shortNames: ["dr"],
      spec: destinationRuleSpec(gates.laterTrafficFields),
      versions: networking,
      columns: [column("Host", ".spec.host", "The service of the registry that the rule is about."), AGE],
    },
    {
      group: "networking",
      kind: "EnvoyFilter",
      plural: "envoyfilters",
      spec: envoyFilterSpec,
      versions: ["v1alpha3"],
      neverV1: true,
    },
    {
      group: "networking",
      kind: "Gateway",
      plural: "gateways",
      shortNames: ["gw"],
      spec: gatewaySpec,
      versions: networking,
    },
    {
      group: "networking",
      kind: "ProxyConfig",
      plural: "proxyconfigs",
      spec: proxyConfigSpec,
      versions: ["v1beta1"],
      neverV1: true,
    },
    {
      group: "networking",
      kind: "ServiceEntry",
      plural: "serviceentries",
      singular: "serviceentry",
      shortNames: ["se"],
      spec: serviceEntrySpec,
      versions: networking,
      columns: [
        column("Hosts", ".spec.hosts", "Hosts of the entry."),
        column("Location", ".spec.location", "Whether the service is part of the mesh."),
        column("Resolution", ".spec.resolution", "How its endpoints are found."),
        AGE,
      ],
    },
    { group: "networking", kind: "Sidecar", plural: "sidecars", spec: sidecarSpec, versions: networking },
    {
      group: "networking",
      kind: "VirtualService",
      plural: "virtualservices",
      shortNames: ["vs"],
      spec: virtualServiceSpec(gates.laterTrafficFields),
      versions: networking,
      columns: [
        column("Gateways", ".spec.gateways", "Gateways and sidecars that apply the routes."),
        column("Hosts", ".spec.hosts", "Hosts the routes are for."),
        AGE,
      ],
    },
    {
      group: "networking",
      kind: "WorkloadEntry",
      plural: "workloadentries",
      singular: "workloadentry",
      shortNames: ["we"],
      spec: workloadEntrySpec,
      versions: networking,
      columns: [AGE, column("Address", ".spec.address", "Address of the machine.")],
    },
    {
      group: "networking",
      kind: "WorkloadGroup",
      plural: "workloadgroups",
      shortNames: ["wg"],
      spec: workloadGroupSpec,
      versions: networking,
      columns: [AGE],
    },
    {
      group: "security",
      kind: "AuthorizationPolicy",
      plural: "authorizationpolicies",
      singular: "authorizationpolicy",
      ...(gates.authorizationPolicyShortName ? { shortNames: ["ap"] } : {}),
      spec: authorizationPolicySpec,
      versions: ["v1beta1"],
      v1Always: true,
      ...(gates.authorizationPolicyShortName
        ? { columns: [column("Action", ".spec.action", "What happens to a matching request."), AGE] }
        : {}),
    },
    {
      group: "security",
      kind: "PeerAuthentication",
      plural: "peerauthentications",
      shortNames: ["pa"],
      spec: gates.servesV1
        ? { ...peerAuthenticationSpec, "x-kubernetes-validations": [selectorNeededForPorts] }
        : peerAuthenticationSpec,
      versions: ["v1beta1"],
      columns: [column("Mode", ".spec.mtls.mode", "Mutual TLS mode of the policy."), AGE],
    },
    {
      group: "security",
      kind: "RequestAuthentication",
      plural: "requestauthentications",
      shortNames: ["ra"],
      spec: requestAuthenticationSpec,
      versions: ["v1beta1"],
      v1Always: true,
    },
    {
      group: "telemetry",
      kind: "Telemetry",
      plural: "telemetries",
      shortNames: ["telemetry"],
      spec: telemetrySpec(gates.istioTagsOptional),
      versions: ["v1alpha1"],
    },
  ];
}

function servedVersions(definition: Definition, gates: VersionGates): { names: string[]; storage: string } {
  const withV1 = !definition.neverV1 && (gates.servesV1 || definition.v1Always === true);
  const names = withV1 ? ["v1", ...definition.versions] : [...definition.versions];
  const [oldest = "v1"] = definition.versions;
  // Telemetry stays stored as v1alpha1 in every release practised here.
  const storage = withV1 && gates.storesV1 && definition.group !== "telemetry" ? "v1" : oldest;
  return { names, storage };
}

function crd(definition: Definition, gates: VersionGates): KubeObject {
  const { group, kind, plural } = definition;
  const { names, storage } = servedVersions(definition, gates);
  const columns = definition.columns ?? [AGE];
  const schema = object({ spec: definition.spec, status: anything });
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: {
      name: `${plural}.${group}.istio.io`,
      annotations: { "helm.sh/resource-policy": "keep" },
      labels: {
        ...{ app: "istio-pilot", chart: "istio", heritage: "Tiller", release: "istio" },
        ...(group === "security" || group === "telemetry" ? { istio: group } : {}),
      },
    },
    spec: {
      group: `${group}.istio.io`,
      names: {
        categories: ["istio-io", `${group}-istio-io`],
        kind,
        listKind: `${kind}List`,
        plural,
        ...(definition.shortNames ? { shortNames: definition.shortNames } : {}),
        singular: definition.singular ?? kind.toLowerCase(),
      },
      scope: "Namespaced",
      versions: names.map((name) => ({
        name,
        served: true,
        storage: name === storage,
        additionalPrinterColumns: columns,
        schema: {
          openAPIV3Schema: {
            ...schema,
            properties: { apiVersion: str, kind: str, metadata: { type: "object" }, ...schema.properties },
          },
        },
        subresources: { status: {} },
      })),
    },
  };
}

/** The 14 custom resource definitions of the release, by name. */
export function customResourceDefinitions(gates: VersionGates): readonly KubeObject[] {
  return definitions(gates).map((definition) => crd(definition, gates));
}
