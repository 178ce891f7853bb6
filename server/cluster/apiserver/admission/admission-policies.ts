import {
  forbidden,
  isObject,
  type JsonObject,
  type KubeObject,
  StatusError,
} from "../../apimachinery/index.ts";
import type {
  MatchResources,
  PolicyValidation,
  ValidatingAdmissionPolicy,
  ValidatingAdmissionPolicyBinding,
} from "../../apis/index.ts";
import { celValue, MESSAGE_BYTES, sizeOf, typeNameOf } from "../cel/index.ts";
import type { Reader } from "../registry/reader.ts";
import { named, type Resource } from "../registry/resource.ts";
import { type AdmissionPlugin, type Attributes, nameInRefusal } from "./attributes.ts";
import { meets, type PolicyExpressions, type RequestData, requestData } from "./policy-expressions.ts";
import { paramsOf } from "./policy-params.ts";
import { type MatchDeps, webhookMatches } from "./webhook-rules.ts";

export interface AdmissionPoliciesDeps extends MatchDeps {
  readonly reader: Reader;
  readonly expressions: PolicyExpressions;
  readonly policies: Resource;
  readonly bindings: Resource;
  namespaceObject(name: string): KubeObject | undefined;
}

interface Denial {
  /** Whatever the binding's actions are. */
  readonly always?: boolean;
  readonly message: string;
  readonly reason?: string | undefined;
}

const CODES: Readonly<Record<string, number>> = {
  Forbidden: 403,
  Unauthorized: 401,
  RequestEntityTooLarge: 413,
};
const EVERYTHING = { apiGroups: ["*"], apiVersions: ["*"], operations: ["*"], resources: ["*/*", "*"] };

/** Asks each bound policy about a request. Follows apiserver plugin/policy/validating, of a server that keeps no audit log. */
export function admissionPolicies(deps: AdmissionPoliciesDeps): AdmissionPlugin {
  return {
    name: "ValidatingAdmissionPolicy",
    validate(attributes) {
      const policies: ValidatingAdmissionPolicy[] = deps.reader.all(deps.policies);
      if (policies.length === 0) return;
      const bindings: ValidatingAdmissionPolicyBinding[] = deps.reader.all(deps.bindings);
      for (const policy of policies) {
        if (!matches(policy.spec?.matchConstraints, attributes, deps)) continue;
        for (const binding of bindings) {
          if (binding.spec?.policyName !== policy.metadata.name) continue;
          if (binding.spec?.matchResources && !matches(binding.spec.matchResources, attributes, deps))
            continue;
          for (const denial of denials({ policy, binding }, attributes, deps)) {
            carryOut({ policy, binding, denial }, attributes);
          }
        }
      }
    },
  };
}

/** Follows plugin/policy/matching: excluded first, then named; no rules at all mean every resource. */
function matches(match: MatchResources | undefined, attributes: Attributes, deps: MatchDeps): boolean {
  const { resourceRules = [], excludeResourceRules = [], ...selectors } = match ?? {};
  const fits = (rules: MatchResources["resourceRules"], rest: JsonObject) => {
    const meant = (rules ?? []).filter(
      ({ resourceNames = [] }) => resourceNames.length === 0 || resourceNames.includes(attributes.name),
    );
    return webhookMatches({ ...rest, rules: meant }, attributes, deps);
  };
  if (excludeResourceRules.length > 0 && fits(excludeResourceRules, { matchPolicy: selectors.matchPolicy }))
    return false;
  return fits(resourceRules.length > 0 ? resourceRules : [EVERYTHING], { ...selectors });
}

interface Bound {
  readonly policy: ValidatingAdmissionPolicy;
  readonly binding: ValidatingAdmissionPolicyBinding;
}

function denials({ policy, binding }: Bound, attributes: Attributes, deps: AdmissionPoliciesDeps): Denial[] {
  const { spec = {} } = policy;
  const onError = (message: string): Denial[] => (spec.failurePolicy === "Ignore" ? [] : [{ message }]);
  const { resource, namespace } = attributes;
  const aboutNamespace = resource.strategy.group === "" && resource.strategy.plural === "namespaces";
  const home = namespace && !aboutNamespace ? deps.namespaceObject(namespace) : undefined;
  const params = paramsOf({ paramKind: spec.paramKind, paramRef: binding.spec?.paramRef, namespace }, deps);
  if (params.kind === "error") return onError(`failed to configure binding: ${params.message}`);
  const request = requestData(attributes, home);
  return params.objects.flatMap((param) => {
    const withParams = { ...request.bindings, ...(spec.paramKind ? { params: celValue(param) } : {}) };
    const data = { bindings: withParams, size: request.size + sizeOf(param) };
    const match = meets(spec.matchConditions ?? [], deps.expressions, data);
    if (match.kind === "error") return onError(match.message);
    if (match.kind === "no") return [];
    const composed = withVariables(policy, data, deps.expressions);
    const evaluate = (expression: string) =>
      composed.broken(expression) ?? deps.expressions.evaluate(expression, composed.data);
    // Values of annotations go to an audit log, which there is none of; one that cannot be worked out refuses all the same.
    const unusable = (spec.auditAnnotations ?? []).flatMap(({ valueExpression }) => {
      const result = evaluate(valueExpression);
      if (result.kind === "error") return onError(result.message);
      if (result.value === null || typeof result.value === "string") return [];
      return onError(
        `valueExpression '${valueExpression}' resulted in unsupported return type: ${typeNameOf(result.value)}. Return type must be either string or null.`,
      );
    });
    const denied = (spec.validations ?? []).flatMap((validation) => {
      const result = evaluate(validation.expression);
      if (result.kind === "error") return onError(result.message);
      if (result.value === true) return [];
      return [{ message: messageOf(validation, composed.data, deps.expressions), reason: validation.reason }];
    });
    return [...denied, ...unusable.map((denial) => ({ ...denial, always: true }))];
  });
}

/** `variables.NAME`: each may use those before it; one that fails only troubles those who use it. */
function withVariables(
  { spec = {} }: ValidatingAdmissionPolicy,
  data: RequestData,
  expressions: PolicyExpressions,
) {
  const values = new Map<string, ReturnType<typeof celValue>>();
  const errors = new Map<string, string>();
  const current = () => ({ ...data, bindings: { ...data.bindings, variables: new Map(values) } });
  for (const { name, expression } of spec.variables ?? []) {
    const result = expressions.evaluate(expression, current());
    if (result.kind === "error")
      errors.set(name, `composited variable "${name}" fails to evaluate: ${result.message}`);
    else values.set(name, result.value);
  }
  const names = Object.keys(current().bindings).filter((name) => name === "params" || name === "variables");
  return {
    data: current(),
    broken(expression: string) {
      const compiled = expressions.compile(expression, names);
      if (compiled.kind === "refused") return undefined;
      const failed = [...compiled.expression.composed].find((name) => errors.has(name));
      if (failed === undefined) return undefined;
      const message = `expression '${expression}' resulted in error: ${errors.get(failed)}`;
      return { kind: "error" as const, message };
    },
  };
}

function messageOf(validation: PolicyValidation, data: RequestData, expressions: PolicyExpressions): string {
  const { expression, message = "", messageExpression } = validation;
  const result = messageExpression ? expressions.evaluate(messageExpression, data) : undefined;
  const computed = result?.kind === "value" && typeof result.value === "string" ? result.value.trim() : "";
  const usable = Buffer.byteLength(computed) <= MESSAGE_BYTES && !computed.includes("\n");
  return (usable && computed) || message.trim() || `failed expression: ${expression.trim()}`;
}

function carryOut(
  { policy, binding, denial }: Bound & { readonly denial: Denial },
  attributes: Attributes,
): void {
  const names = `ValidatingAdmissionPolicy '${policy.metadata.name}' with binding '${binding.metadata.name}'`;
  const actions = binding.spec?.validationActions ?? [];
  if (actions.includes("Warn") && !denial.always)
    attributes.warnings.push(`Validation failed for ${names}: ${denial.message}`);
  if (!actions.includes("Deny") && !denial.always) return;
  const message = `${names} denied request: ${denial.message}`;
  const { status } = forbidden(named(attributes.resource), nameInRefusal(attributes), message);
  const { reason = "Invalid" } = denial;
  const details = { ...(isObject(status.details) ? status.details : {}), causes: [{ message }] };
  throw new StatusError({ ...status, reason, code: CODES[reason] ?? 422, details });
}
