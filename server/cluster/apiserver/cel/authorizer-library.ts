import { type CelFunc, type CelMap, CelScalar, celMap, celMethod } from "@bufbuild/cel";
import { OPAQUE, opaque, textOf } from "./opaque.ts";

// Follows apiserver pkg/cel/library/authz.go, without selectors.

const { BOOL, STRING } = CelScalar;
const TYPE = "authorizer";

/** What an expression asks about, gathered step by step. */
export interface Question {
  readonly user: string;
  readonly groups: readonly string[];
  readonly path?: string;
  readonly group?: string;
  readonly resource?: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
}

export interface Answer {
  readonly allowed: boolean;
  readonly reason: string;
}

const DECISION = "decision";

/** The variable `authorizer`; `requestResource` is what the request itself is about. */
export function authorizerValue(who: Pick<Question, "user" | "groups">, request: Partial<Question>): CelMap {
  return celMap(
    new Map([
      ...opaque(TYPE, JSON.stringify(who)),
      ["requestResource", opaque(TYPE, JSON.stringify({ ...who, ...request }))] as const,
    ]),
  );
}

export function authorizerFunctions(
  decide: (question: Question, verb: string) => Answer,
): readonly CelFunc[] {
  const questionOf = (value: CelMap): Question => JSON.parse(textOf(TYPE, value));
  const step = (name: keyof Question) =>
    celMethod(name, OPAQUE, [STRING], OPAQUE, function (given) {
      return opaque(TYPE, JSON.stringify({ ...questionOf(this), [name]: given }));
    });
  const answerOf = (value: CelMap): Answer => JSON.parse(textOf(DECISION, value));
  return [
    ...(["path", "group", "resource", "subresource", "namespace", "name"] as const).map(step),
    celMethod("serviceAccount", OPAQUE, [STRING, STRING], OPAQUE, (namespace, name) => {
      const groups = [
        "system:serviceaccounts",
        `system:serviceaccounts:${namespace}`,
        "system:authenticated",
      ];
      return opaque(TYPE, JSON.stringify({ user: `system:serviceaccount:${namespace}:${name}`, groups }));
    }),
    celMethod("check", OPAQUE, [STRING], OPAQUE, function (verb) {
      return opaque(DECISION, JSON.stringify(decide(questionOf(this), verb)));
    }),
    celMethod("allowed", OPAQUE, [], BOOL, function () {
      return answerOf(this).allowed;
    }),
    celMethod("reason", OPAQUE, [], STRING, function () {
      return answerOf(this).reason;
    }),
    celMethod("errored", OPAQUE, [], BOOL, () => false),
    celMethod("error", OPAQUE, [], STRING, () => ""),
  ];
}
