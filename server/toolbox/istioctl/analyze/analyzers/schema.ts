import { z } from "zod";
import { type Config, validate, type Warning } from "../../validation/index.ts";
import {
  ineffectiveMatch,
  internalError,
  schemaValidationError,
  schemaWarning,
  unreachableRule,
} from "../findings.ts";
import { ISTIO_KINDS } from "../kinds.ts";
import { about, type Finding, type Message } from "../message.ts";
import type { Resource } from "../resource.ts";
import type { Analyzer, World } from "../world.ts";

const object = z.record(z.string(), z.unknown()).catch({});

/** Istio's validation of each of its kinds, as messages. */
export const validationAnalyzers: readonly Analyzer[] = ISTIO_KINDS.map(({ kind }) => ({
  name: `schema.ValidationAnalyzer.${kind}`,
  description: `Runs schema validation as an analyzer on '${kind}' resources`,
  inputs: [kind],
  run: (world: World) => world.resources.filter((one) => one.kind === kind).flatMap(messagesOf),
}));

function messagesOf(resource: Resource): Message[] {
  const { name, namespace } = resource.metadata;
  const config: Config = { kind: resource.kind, name, namespace, spec: object.parse(resource.spec) };
  const { errors, warnings } = validate(config);
  return [...errors.map(schemaValidationError), ...warnings.map(findingOf)].map((finding) =>
    about(resource, finding),
  );
}

function findingOf(warning: Warning): Finding {
  if (warning.kind === "unreachable-rule") return unreachableRule(warning.rule, warning.reason);
  if (warning.kind === "ineffective-match")
    return ineffectiveMatch(warning.rule, warning.match, warning.other);
  return schemaWarning(warning.text);
}

/** What does not have the shape of its kind: no analyzer can look at it. */
export const unreadable = (world: World): Message[] =>
  world.unreadable.map(({ resource, problem }) => about(resource, internalError(problem)));
