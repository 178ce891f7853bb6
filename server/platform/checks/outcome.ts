import type { ConditionResult } from "../../contracts/index.ts";
import type { ConditionSpec } from "../labs/index.ts";
import { limits } from "./limits.ts";

export interface Evidence {
  /** What a learner types to see it for themselves. */
  readonly command?: string;
  readonly output?: string;
}

/** What a probe found. "unknown": it could not find out, and says why; that is not the learner's failure. */
export type Outcome =
  | { readonly kind: "passed"; readonly actual?: string; readonly evidence?: Evidence }
  | {
      readonly kind: "failed";
      readonly expected: string;
      readonly actual: string;
      readonly evidence?: Evidence;
      /** Says more than the author could foresee, e.g. that the object stands in another namespace. */
      readonly next?: string;
    }
  | { readonly kind: "unknown"; readonly why: string; readonly evidence?: Evidence };

export function toResult(spec: ConditionSpec, outcome: Outcome, now: number): ConditionResult {
  const common = { id: spec.id, checkedAt: now, ...evidenceOf(outcome.evidence) };
  switch (outcome.kind) {
    case "passed":
      return { ...common, status: "passed", message: spec.title, ...optional("actual", outcome.actual) };
    case "failed":
      return {
        ...common,
        status: "failed",
        message: spec.message,
        expected: spec.expected ?? outcome.expected,
        actual: shorten(outcome.actual, limits.actualChars),
        ...optional("next", outcome.next ?? spec.next),
      };
    case "unknown":
      return {
        ...common,
        status: "unknown",
        message: `This cannot be checked just now: ${shorten(outcome.why, limits.actualChars)}`,
        ...optional("next", spec.next),
      };
  }
}

export function pendingResult(spec: ConditionSpec, now: number): ConditionResult {
  return { id: spec.id, status: "pending", message: spec.title, checkedAt: now };
}

function evidenceOf(evidence: Evidence | undefined): { evidence?: Evidence } {
  if (!evidence) return {};
  const { output } = evidence;
  return {
    evidence:
      output === undefined ? evidence : { ...evidence, output: shorten(output, limits.evidenceChars) },
  };
}

function optional<K extends string>(key: K, value: string | undefined): { [P in K]?: string } {
  // A computed key widens to string; the object holds K and nothing else.
  return value === undefined ? {} : ({ [key]: value } as { [P in K]?: string });
}

export function shorten(text: string, length: number): string {
  const trimmed = text.trim();
  return trimmed.length <= length ? trimmed : `${trimmed.slice(0, length)}…`;
}
