import { type KubeObject, objectOf } from "../../apimachinery/index.ts";
import type { Rbac } from "../authorization/rbac.ts";
import {
  authorizerFunctions,
  authorizerValue,
  type Bindings,
  CelCompiler,
  COMPILED_EXPRESSIONS,
  type Compiled,
  celValue,
  type Evaluation,
  sizeOf,
} from "../cel/index.ts";
import type { Attributes } from "./attributes.ts";

const VARIABLES = ["object", "oldObject", "request", "namespaceObject", "authorizer"];

/** What the expressions of policies and match conditions may name. */
export function policyScope(also: readonly string[] = []): ReadonlyMap<string, undefined> {
  return new Map([...VARIABLES, ...also].map((name) => [name, undefined]));
}

export interface RequestData {
  readonly bindings: Bindings;
  readonly size: number;
}

/** Expressions over admission requests, compiled once. Follows apiserver plugin/cel. */
export class PolicyExpressions {
  private readonly compiler: CelCompiler;
  private readonly compiled = new Map<string, Compiled>();

  constructor(rbac: Rbac) {
    this.compiler = new CelCompiler(
      authorizerFunctions(({ user: name, groups, path, ...asked }, verb) => {
        const user = { name, groups };
        if (path !== undefined) return rbac.decide({ kind: "non-resource", user, verb, path });
        const nothing = { group: "", resource: "", subresource: "", namespace: "", name: "" };
        return rbac.decide({ kind: "resource", user, verb, ...nothing, ...asked });
      }),
    );
  }

  compile(expression: string, also: readonly string[] = []): Compiled {
    const key = `${also.join()}\n${expression}`;
    const known = this.compiled.get(key);
    if (known) return known;
    if (this.compiled.size >= COMPILED_EXPRESSIONS) this.compiled.clear();
    const compiled = this.compiler.compile(expression, policyScope(also));
    this.compiled.set(key, compiled);
    return compiled;
  }

  evaluate(expression: string, { bindings, size }: RequestData): Evaluation {
    const also = Object.keys(bindings).filter((name) => !VARIABLES.includes(name));
    const compiled = this.compile(expression, also);
    if (compiled.kind === "refused")
      return { kind: "error", message: `compilation error: ${compiled.message}` };
    const result = compiled.expression.evaluate(bindings, size);
    if (result.kind === "value") return result;
    return { kind: "error", message: `expression '${expression}' resulted in error: ${result.message}` };
  }
}

/** The request as expressions see it. */
export function requestData(attributes: Attributes, namespaceObject: KubeObject | undefined): RequestData {
  const { object, oldObject, user, resource, namespace, name, operation, subresource } = attributes;
  const { group, version, kind, plural } = resource.strategy;
  const [ofKind, ofResource] = [
    { group, version, kind },
    { group, version, resource: plural },
  ];
  const request = {
    ...{ kind: ofKind, resource: ofResource, requestKind: ofKind, requestResource: ofResource },
    ...{ subResource: subresource, requestSubResource: subresource, name, namespace, operation },
    userInfo: { username: user.name, groups: user.groups ?? [], uid: user.uid ?? "", extra: {} },
    dryRun: attributes.dryRun,
    options: objectOf(attributes.options),
  };
  const who = { user: user.name, groups: user.groups ?? [] };
  const bindings = {
    object: celValue(object),
    oldObject: celValue(oldObject),
    request: celValue(request),
    namespaceObject: celValue(namespaceObject),
    authorizer: authorizerValue(who, { group, resource: plural, subresource, namespace, name }),
  };
  return { bindings, size: sizeOf(object) + sizeOf(oldObject) + sizeOf(namespaceObject) };
}

export type Match =
  | { readonly kind: "yes" }
  | { readonly kind: "no" }
  | { readonly kind: "error"; readonly message: string };

/** Whether a request meets all conditions. One that is false decides, whatever is wrong with the others. */
export function meets(
  conditions: readonly { readonly expression: string }[],
  expressions: PolicyExpressions,
  data: RequestData,
): Match {
  const results = conditions.map(({ expression }) => expressions.evaluate(expression, data));
  if (results.some((result) => result.kind === "value" && result.value === false)) return { kind: "no" };
  const errors = results.flatMap((result) => (result.kind === "error" ? [result.message] : []));
  if (errors.length === 0) return { kind: "yes" };
  return { kind: "error", message: errors.length > 1 ? `[${errors.join(", ")}]` : errors.join() };
}
