import { SchemaNode } from "../../apimachinery/index.ts";
import { CelCompiler, sizeOf } from "./expression.ts";
import { celValue } from "./values.ts";

const compiler = new CelCompiler();

/** The result of a rule over `self`, or what is said of it. */
export function result(rule: string, self: unknown = {}, schema?: Record<string, unknown>): unknown {
  const node = schema && new SchemaNode(schema);
  const compiled = compiler.compile(rule, new Map([["self", node]]));
  if (compiled.kind === "refused") return compiled.message;
  const evaluation = compiled.expression.evaluate({ self: celValue(self, node) }, sizeOf(self));
  return evaluation.kind === "value" ? evaluation.value : `error: ${evaluation.message}`;
}
