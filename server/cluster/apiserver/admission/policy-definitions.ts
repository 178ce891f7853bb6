import {
  arrayOf,
  type FieldError,
  isObject,
  type KubeObject,
  stringOf,
  valueAt,
} from "../../apimachinery/index.ts";
import type { ResourceStrategy } from "../../apis/strategy.ts";
import type { PolicyExpressions } from "./policy-expressions.ts";

/** Refuses policies and webhooks whose expressions do not compile. Follows pkg/apis/admissionregistration/validation. */
export function withCheckedExpressions(
  strategy: ResourceStrategy,
  expressions: PolicyExpressions,
): ResourceStrategy {
  const check = (field: string, value: unknown, also: readonly string[]): FieldError[] => {
    const text = stringOf(value);
    if (!text.trim()) return [];
    const compiled = expressions.compile(text, also);
    if (compiled.kind === "compiled") return [];
    return [
      {
        type: "FieldValueInvalid",
        field,
        message: `Invalid value: ${JSON.stringify(text)}: ${compiled.message}`,
      },
    ];
  };
  const each = (path: string, list: unknown, judge: (item: object, path: string) => FieldError[]) =>
    arrayOf(list).flatMap((item, index) => (isObject(item) ? judge(item, `${path}[${index}]`) : []));
  const ofPolicy = ({ spec }: KubeObject): FieldError[] => {
    const params = valueAt(spec, "paramKind") ? ["params"] : [];
    // Listed in the order in which they are bound, so that what is compiled here is found again.
    const all = [...params, "variables"];
    return [
      ...each("spec.matchConditions", valueAt(spec, "matchConditions"), (item, path) =>
        check(`${path}.expression`, valueAt(item, "expression"), params),
      ),
      ...each("spec.variables", valueAt(spec, "variables"), (item, path) =>
        check(`${path}.expression`, valueAt(item, "expression"), all),
      ),
      ...each("spec.validations", valueAt(spec, "validations"), (item, path) => [
        ...check(`${path}.expression`, valueAt(item, "expression"), all),
        ...check(`${path}.messageExpression`, valueAt(item, "messageExpression"), all),
      ]),
      ...each("spec.auditAnnotations", valueAt(spec, "auditAnnotations"), (item, path) =>
        check(`${path}.valueExpression`, valueAt(item, "valueExpression"), all),
      ),
    ];
  };
  const ofWebhooks = ({ webhooks }: KubeObject): FieldError[] =>
    each("webhooks", webhooks, (webhook, path) =>
      each(`${path}.matchConditions`, valueAt(webhook, "matchConditions"), (item, below) =>
        check(`${below}.expression`, valueAt(item, "expression"), []),
      ),
    );
  const judge = strategy.kind === "ValidatingAdmissionPolicy" ? ofPolicy : ofWebhooks;
  return {
    ...strategy,
    validate: (object, old) => [...(strategy.validate?.(object, old) ?? []), ...judge(object)],
  };
}
