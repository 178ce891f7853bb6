import { z } from "zod";
import { isTree, type Json, type Tree } from "../../../cluster/istio/install/index.ts";

const json: z.ZodType<Json> = z.json();

export const operations = z.array(
  z.discriminatedUnion("op", [
    z.object({ op: z.literal("add"), path: z.string(), value: json }),
    z.object({ op: z.literal("replace"), path: z.string(), value: json }),
    z.object({ op: z.literal("remove"), path: z.string() }),
  ]),
);
export type Operation = z.infer<typeof operations>[number];

/** JSON Patch (RFC 6902) as webhooks use it: add, replace, remove. Throws on a path that is not there. */
export function patched(tree: Tree, patch: readonly Operation[]): Tree {
  const result = patch.reduce<Json>(
    (value, operation) => applied(value, steps(operation.path), operation),
    tree,
  );
  if (!isTree(result)) throw new Error("the patch leaves no object");
  return result;
}

const steps = (path: string) =>
  path
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));

function applied(here: Json, [step, ...rest]: readonly string[], operation: Operation): Json {
  if (step === undefined) return operation.op === "remove" ? null : operation.value;
  if (Array.isArray(here)) return appliedToList(here, [step, ...rest], operation);
  if (!isTree(here)) throw new Error(`no such path: ${operation.path}`);
  const { [step]: inner, ...others } = here;
  if (rest.length > 0 && inner === undefined) throw new Error(`no such path: ${operation.path}`);
  if (rest.length === 0 && operation.op === "remove") return others;
  return { ...here, [step]: applied(inner ?? null, rest, operation) };
}

function appliedToList(
  list: readonly Json[],
  [step = "", ...rest]: readonly string[],
  operation: Operation,
): Json {
  const index = step === "-" ? list.length : Number(step);
  if (!Number.isInteger(index) || index < 0 || index > list.length)
    throw new Error(`no such path: ${operation.path}`);
  if (rest.length === 0 && operation.op === "add") return list.toSpliced(index, 0, operation.value);
  if (rest.length === 0 && operation.op === "remove") return list.toSpliced(index, 1);
  return list.with(index, applied(list[index] ?? null, rest, operation));
}
