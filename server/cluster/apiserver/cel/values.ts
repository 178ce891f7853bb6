import { type CelInput, type CelValue, celEnv, celType, isCelError, parse, plan } from "@bufbuild/cel";
import { isArray, isObject, type SchemaNode } from "../../apimachinery/index.ts";

// Follows apiserver pkg/cel/common/values*.go: JSON as CEL sees it, typed by its schema.

const RESERVED = new Set([
  ...["true", "false", "null", "in", "as", "break", "const", "continue", "else", "for", "function", "if"],
  ...["import", "let", "loop", "package", "namespace", "return", "var", "void", "while"],
]);
const ESCAPES: Readonly<Record<string, string>> = {
  __: "__underscores__",
  ".": "__dot__",
  "-": "__dash__",
  "/": "__slash__",
};

/** How an expression writes a property's name. Follows apiserver pkg/cel/escaping.go. */
export function escaped(name: string): string {
  if (RESERVED.has(name)) return `__${name}__`;
  return name.replace(/__|[-./]/g, (part) => ESCAPES[part] ?? part);
}

const environment = celEnv();
const conversions: Readonly<Record<string, (ctx: { text: string }) => CelValue | Error>> = {
  "date-time": plan(environment, parse("timestamp(text)")),
  date: plan(environment, parse("timestamp(text + 'T00:00:00Z')")),
  duration: plan(environment, parse("duration(text)")),
};

export function celValue(value: unknown, node?: SchemaNode): CelInput {
  if (value === null || value === undefined) return null;
  if (typeof value === "string") return celText(value, node);
  if (typeof value === "number") return celNumber(value, node);
  if (typeof value === "boolean") return value;
  if (isArray(value)) return value.map((item) => celValue(item, node?.items));
  return isObject(value) ? celObject(value, node) : null;
}

function celText(text: string, node: SchemaNode | undefined): CelInput {
  const format = node?.schema.format;
  if (format === "byte") return new Uint8Array(Buffer.from(text, "base64"));
  const convert = typeof format === "string" ? conversions[format] : undefined;
  const converted = convert?.({ text });
  return converted === undefined || isCelError(converted) || converted instanceof Error ? text : converted;
}

/** A schema's `number` is a double even when it is whole; without a schema the value decides. */
function celNumber(value: number, node: SchemaNode | undefined): CelInput {
  const double = !Number.isSafeInteger(value) || node?.schema.type === "number";
  return double ? value : BigInt(value);
}

/** Objects with properties have escaped names, and their nulls count as absent; maps are as they are. */
function celObject(value: Readonly<Record<string, unknown>>, node: SchemaNode | undefined): CelInput {
  const typed = node !== undefined && !node.isMap && !node.isOpen && node.propertyNames.length > 0;
  const entries = Object.entries(value)
    .filter(([, item]) => !typed || (item !== null && item !== undefined))
    .map(([key, item]) => [typed ? escaped(key) : key, celValue(item, node?.field(key))] as const);
  return new Map(entries);
}

export const typeNameOf = (value: CelValue): string => celType(value).name;
