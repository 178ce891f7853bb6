import type { FieldError, KubeObject } from "../../../apimachinery/index.ts";
import { formatSelector } from "../../apps/v1/template-columns.ts";
import type { LoadBalancerIngress } from "../../core/v1/types.ts";
import { ageColumn, nameColumn, text } from "../../meta/columns.ts";
import { invalidValue, notSupported, required } from "../../meta/fields.ts";
import type { LabelSelectorObject } from "../../meta/types.ts";
import type { ResourceStrategy } from "../../strategy.ts";

export interface Ingress extends KubeObject {
  readonly spec: {
    readonly ingressClassName?: string;
    readonly defaultBackend?: object;
    readonly tls?: readonly { readonly hosts?: readonly string[]; readonly secretName?: string }[];
    readonly rules?: readonly {
      readonly host?: string;
      readonly http?: {
        readonly paths: readonly { readonly path?: string; readonly pathType?: string }[];
      };
    }[];
  };
  readonly status?: { readonly loadBalancer?: { readonly ingress?: readonly LoadBalancerIngress[] } };
}

export interface IngressClass extends KubeObject {
  readonly spec?: {
    readonly controller?: string;
    readonly parameters?: { readonly apiGroup?: string; readonly kind: string; readonly name: string };
  };
}

export interface NetworkPolicy extends KubeObject {
  readonly spec?: {
    readonly podSelector?: LabelSelectorObject;
    readonly policyTypes?: readonly string[];
    readonly ingress?: readonly object[];
    readonly egress?: readonly object[];
  };
}

const GROUP = "networking.k8s.io";
const PATH_TYPES = ["Exact", "ImplementationSpecific", "Prefix"];

function hostsOf({ spec }: Ingress): string {
  const hosts = (spec.rules ?? []).map(({ host }) => host ?? "").filter(Boolean);
  const shown = hosts.slice(0, 3).join(",");
  return hosts.length > 3 ? `${shown} + ${hosts.length - 3} more...` : shown || "*";
}

function validateIngress({ spec }: Ingress): FieldError[] {
  const errors: FieldError[] = [];
  if ((spec.rules ?? []).length === 0 && !spec.defaultBackend) {
    errors.push(invalidValue("spec", spec, "either `defaultBackend` or `rules` must be specified"));
  }
  for (const [index, rule] of (spec.rules ?? []).entries()) {
    for (const [at, path] of (rule.http?.paths ?? []).entries()) {
      const field = `spec.rules[${index}].http.paths[${at}].pathType`;
      if (!path.pathType) errors.push(required(field, "pathType must be specified"));
      else if (!PATH_TYPES.includes(path.pathType)) {
        errors.push(notSupported(field, path.pathType, PATH_TYPES));
      }
    }
  }
  return errors;
}

export const ingressStrategy: ResourceStrategy<Ingress> = {
  group: GROUP,
  version: "v1",
  kind: "Ingress",
  plural: "ingresses",
  singular: "ingress",
  shortNames: ["ing"],
  namespaced: true,
  subresources: { status: true },
  defaults: (ingress) => ({ ...ingress, spec: ingress.spec ?? {} }),
  prepareForCreate: (ingress) => ({ ...ingress, status: { loadBalancer: {} } }),
  validate: validateIngress,
  printerColumns: [
    nameColumn,
    text("Class", ({ spec }) => spec.ingressClassName ?? "<none>"),
    text("Hosts", hostsOf),
    text("Address", ({ status }) =>
      (status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip || hostname || "").join(","),
    ),
    text("Ports", ({ spec }) => ((spec.tls ?? []).length > 0 ? "80, 443" : "80")),
    ageColumn,
  ],
};

export const ingressClassStrategy: ResourceStrategy<IngressClass> = {
  group: GROUP,
  version: "v1",
  kind: "IngressClass",
  plural: "ingressclasses",
  singular: "ingressclass",
  namespaced: false,
  printerColumns: [
    nameColumn,
    text("Controller", ({ spec }) => spec?.controller ?? ""),
    text("Parameters", ({ spec }) => {
      const { apiGroup, kind, name } = spec?.parameters ?? {};
      if (!kind) return "<none>";
      return `${kind}${apiGroup ? `.${apiGroup}` : ""}/${name}`;
    }),
    ageColumn,
  ],
};

const POLICY_TYPES = ["Egress", "Ingress"];

export const networkPolicyStrategy: ResourceStrategy<NetworkPolicy> = {
  group: GROUP,
  version: "v1",
  kind: "NetworkPolicy",
  plural: "networkpolicies",
  singular: "networkpolicy",
  shortNames: ["netpol"],
  namespaced: true,
  defaults: (policy) => {
    const types = policy.spec?.policyTypes ?? ["Ingress", ...(policy.spec?.egress ? ["Egress"] : [])];
    return { ...policy, spec: { podSelector: {}, ...policy.spec, policyTypes: types } };
  },
  validate: ({ spec }) =>
    (spec?.policyTypes ?? []).flatMap((type, index) =>
      POLICY_TYPES.includes(type) ? [] : [notSupported(`spec.policyTypes[${index}]`, type, POLICY_TYPES)],
    ),
  printerColumns: [
    nameColumn,
    text("Pod-Selector", ({ spec }) => formatSelector(spec?.podSelector)),
    ageColumn,
  ],
};
