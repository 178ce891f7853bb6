import type { FieldError, KubeObject } from "../../../apimachinery/index.ts";
import { ageColumn, integer, nameColumn, text } from "../../meta/columns.ts";
import { invalidValue, notSupported, required } from "../../meta/fields.ts";
import type { LabelSelectorObject } from "../../meta/types.ts";
import { withDefaults } from "../../meta/with-defaults.ts";
import type { ResourceStrategy } from "../../strategy.ts";
import type { RuleWithOperations } from "./webhook-configurations.ts";

export interface NamedRule extends RuleWithOperations {
  readonly resourceNames?: readonly string[];
}

export interface MatchResources {
  readonly resourceRules?: readonly NamedRule[];
  readonly excludeResourceRules?: readonly NamedRule[];
  readonly namespaceSelector?: LabelSelectorObject;
  readonly objectSelector?: LabelSelectorObject;
  readonly matchPolicy?: string;
}

export interface PolicyValidation {
  readonly expression: string;
  readonly message?: string;
  readonly messageExpression?: string;
  readonly reason?: string;
}

interface NamedExpression {
  readonly name: string;
  readonly expression: string;
}

export interface ValidatingAdmissionPolicy extends KubeObject {
  readonly spec?: {
    readonly paramKind?: { readonly apiVersion: string; readonly kind: string };
    readonly matchConstraints?: MatchResources;
    readonly validations?: readonly PolicyValidation[];
    readonly failurePolicy?: string;
    readonly auditAnnotations?: readonly { readonly key: string; readonly valueExpression: string }[];
    readonly matchConditions?: readonly NamedExpression[];
    readonly variables?: readonly NamedExpression[];
  };
}

export interface ParamRef {
  readonly name?: string;
  readonly namespace?: string;
  readonly selector?: LabelSelectorObject;
  readonly parameterNotFoundAction?: string;
}

export interface ValidatingAdmissionPolicyBinding extends KubeObject {
  readonly spec?: {
    readonly policyName?: string;
    readonly paramRef?: ParamRef;
    readonly matchResources?: MatchResources;
    readonly validationActions?: readonly string[];
  };
}

const REASONS = ["Forbidden", "Invalid", "RequestEntityTooLarge", "Unauthorized"];
const ACTIONS = ["Audit", "Deny", "Warn"];

/** Follows pkg/apis/admissionregistration/v1/defaults.go SetDefaults_MatchResources. */
function matchDefaults(match: MatchResources): MatchResources {
  const rules = (list: readonly NamedRule[] | undefined) =>
    list?.map((rule) => withDefaults(rule, { scope: "*" }));
  const { resourceRules, excludeResourceRules } = match;
  return withDefaults(
    {
      ...match,
      ...(resourceRules ? { resourceRules: rules(resourceRules) ?? [] } : {}),
      ...(excludeResourceRules ? { excludeResourceRules: rules(excludeResourceRules) ?? [] } : {}),
    },
    { matchPolicy: "Equivalent", namespaceSelector: {}, objectSelector: {} },
  );
}

/** Follows ValidateValidatingAdmissionPolicy; what the expressions say is looked at by the API server. */
function validatePolicy({ spec = {} }: ValidatingAdmissionPolicy): FieldError[] {
  const errors: FieldError[] = [];
  if (!spec.matchConstraints) errors.push(required("spec.matchConstraints"));
  else if (!spec.matchConstraints.resourceRules?.length)
    errors.push(required("spec.matchConstraints.resourceRules"));
  const { validations = [], auditAnnotations = [] } = spec;
  if (validations.length + auditAnnotations.length === 0)
    errors.push(
      required("spec.validations", "validations or auditAnnotations must be non-empty; set either or both"),
    );
  for (const [index, { expression, reason, message }] of validations.entries()) {
    const path = `spec.validations[${index}]`;
    if (!expression?.trim()) errors.push(required(`${path}.expression`, "expression is not specified"));
    if (reason !== undefined && !REASONS.includes(reason))
      errors.push(notSupported(`${path}.reason`, reason, REASONS));
    if (message?.trim().includes("\n"))
      errors.push(invalidValue(`${path}.message`, message, "message must not contain line breaks"));
  }
  if (spec.failurePolicy && !["Fail", "Ignore"].includes(spec.failurePolicy))
    errors.push(notSupported("spec.failurePolicy", spec.failurePolicy, ["Fail", "Ignore"]));
  return errors;
}

function validateBinding({ spec = {} }: ValidatingAdmissionPolicyBinding): FieldError[] {
  const errors: FieldError[] = [];
  if (!spec.policyName) errors.push(required("spec.policyName"));
  const { validationActions: actions = [], paramRef } = spec;
  if (actions.length === 0)
    errors.push(required("spec.validationActions", "at least one validation action is required"));
  for (const [index, action] of actions.entries())
    if (!ACTIONS.includes(action))
      errors.push(notSupported(`spec.validationActions[${index}]`, action, ACTIONS));
  if (actions.includes("Deny") && actions.includes("Warn")) {
    const why =
      "must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)";
    errors.push(invalidValue("spec.validationActions", actions, why));
  }
  if (paramRef && !paramRef.parameterNotFoundAction)
    errors.push(required("spec.paramRef.parameterNotFoundAction"));
  if (paramRef && (paramRef.name === undefined) === (paramRef.selector === undefined))
    errors.push(required("spec.paramRef.name", "one of name or selector must be specified"));
  return errors;
}

const head = {
  group: "admissionregistration.k8s.io",
  version: "v1",
  categories: ["api-extensions"],
  namespaced: false,
};

export const validatingAdmissionPolicyStrategy: ResourceStrategy<ValidatingAdmissionPolicy> = {
  ...head,
  kind: "ValidatingAdmissionPolicy",
  plural: "validatingadmissionpolicies",
  singular: "validatingadmissionpolicy",
  subresources: { status: true },
  defaults: (policy) => {
    const { matchConstraints } = policy.spec ?? {};
    const match = matchConstraints ? { matchConstraints: matchDefaults(matchConstraints) } : {};
    return { ...policy, spec: withDefaults({ ...policy.spec, ...match }, { failurePolicy: "Fail" }) };
  },
  prepareForCreate: (policy) => ({ ...policy, status: {} }),
  validate: validatePolicy,
  printerColumns: [
    nameColumn,
    integer("Validations", ({ spec }) => spec?.validations?.length ?? 0),
    text("ParamKind", ({ spec }) =>
      spec?.paramKind ? `${spec.paramKind.apiVersion}/${spec.paramKind.kind}` : "<unset>",
    ),
    ageColumn,
  ],
};

export const validatingAdmissionPolicyBindingStrategy: ResourceStrategy<ValidatingAdmissionPolicyBinding> = {
  ...head,
  kind: "ValidatingAdmissionPolicyBinding",
  plural: "validatingadmissionpolicybindings",
  singular: "validatingadmissionpolicybinding",
  defaults: (binding) => {
    const { matchResources } = binding.spec ?? {};
    const match = matchResources ? { matchResources: matchDefaults(matchResources) } : {};
    return { ...binding, spec: { ...binding.spec, ...match } };
  },
  validate: validateBinding,
  printerColumns: [
    nameColumn,
    text("PolicyName", ({ spec }) => spec?.policyName ?? ""),
    text("ParamRef", ({ spec }) => {
      const { paramRef } = spec ?? {};
      if (!paramRef) return "<unset>";
      return `${paramRef.namespace ? `${paramRef.namespace}/` : ""}${paramRef.name ?? "*"}`;
    }),
    ageColumn,
  ],
};
