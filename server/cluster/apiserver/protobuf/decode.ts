import {
  badRequest,
  MalformedMessage,
  type StatusError,
  setKey,
  wireFields,
} from "../../apimachinery/index.ts";
import { unsupportedMediaType } from "../endpoints/input.ts";
import { BODY_DEPTH } from "../limits.ts";
import { type MessageField, messageFields } from "./messages.ts";

const MAGIC = Buffer.from("k8s\0");

/** A body in Kubernetes' protobuf envelope as the JSON object it stands for. */
export function decodeProtobuf(body: Buffer): Record<string, unknown> {
  try {
    return decodeEnvelope(body);
  } catch (error) {
    throw error instanceof MalformedMessage ? malformed() : error;
  }
}

function decodeEnvelope(body: Buffer): Record<string, unknown> {
  if (!body.subarray(0, 4).equals(MAGIC)) throw malformed();
  let typeMeta: Buffer | undefined;
  let raw: Buffer = Buffer.alloc(0);
  for (const { number, value } of wireFields(body.subarray(4))) {
    if (typeof value === "number") continue;
    if (number === 1) typeMeta = value;
    else if (number === 2) raw = value;
  }
  const names = { 1: "", 2: "" };
  for (const { number, value } of wireFields(typeMeta ?? Buffer.alloc(0))) {
    if ((number === 1 || number === 2) && typeof value !== "number") names[number] = value.toString("utf8");
  }
  const [apiVersion, kind] = [names[1], names[2]];
  if (!messageFields(kind)) throw unsupportedMediaType(["application/json", "application/yaml"]);
  return { apiVersion, kind, ...decodeMessage(kind, raw, 0) };
}

function decodeMessage(message: string, bytes: Buffer, depth: number): Record<string, unknown> {
  if (depth > BODY_DEPTH) throw malformed();
  const fields = messageFields(message);
  const result: Record<string, unknown> = {};
  for (const { number, value } of wireFields(bytes)) {
    const field = fields?.get(number);
    if (field) place(result, field, decodeValue(field, value, depth + 1));
  }
  return result;
}

function place(result: Record<string, unknown>, { name, shape }: MessageField, value: unknown): void {
  if (value === undefined) return;
  if (shape === "inline") Object.assign(result, value);
  else if (shape === "list") {
    const list = result[name];
    if (Array.isArray(list)) list.push(value);
    else result[name] = [value];
  } else if (shape === "map") {
    const map = result[name] ?? {};
    result[name] = map;
    if (typeof map === "object" && map !== null && Array.isArray(value)) {
      setKey(map satisfies object as Record<string, unknown>, String(value[0]), value[1]); // made here two lines up
    }
  } else result[name] = value;
}

/** Undefined stands for a value that JSON would leave out. */
function decodeValue(field: MessageField, value: number | Buffer, depth: number): unknown {
  if (field.shape === "map") {
    const entry: { key: string; value: unknown } = { key: "", value: emptyOf(field.type) };
    if (typeof value === "number") throw malformed();
    for (const part of wireFields(value)) {
      if (part.number === 1 && typeof part.value !== "number") entry.key = part.value.toString("utf8");
      if (part.number === 2) entry.value = decodeSingle(field.type, part.value, { depth, keepEmpty: true });
    }
    return [entry.key, entry.value];
  }
  return decodeSingle(field.type, value, { depth, keepEmpty: field.shape === "list" });
}

function emptyOf(type: string): unknown {
  return type === "s" || type === "b" ? "" : {};
}

function decodeSingle(
  type: string,
  value: number | Buffer,
  { depth, keepEmpty }: { depth: number; keepEmpty: boolean },
): unknown {
  if (typeof value === "number") {
    switch (type) {
      case "i":
        return value === 0 && !keepEmpty ? undefined : value;
      case "I":
        return value;
      case "f":
        return value === 0 && !keepEmpty ? undefined : value !== 0;
      case "F":
        return value !== 0;
      default:
        throw malformed();
    }
  }
  switch (type) {
    case "s":
      return value.length === 0 && !keepEmpty ? undefined : value.toString("utf8");
    case "b":
      return value.toString("base64");
    case "Quantity":
      return stringField(value, 1);
    case "Time": {
      const seconds = numberField(value, 1);
      return seconds ? new Date(seconds * 1000).toISOString().replace(".000Z", "Z") : undefined;
    }
    case "IntOrString":
      return intOrString(value) || undefined;
    case "IntOrStringPointer":
      return intOrString(value);
    default:
      return decodeMessage(type, value, depth);
  }
}

function intOrString(bytes: Buffer): number | string {
  return numberField(bytes, 1) === 1 ? stringField(bytes, 3) : numberField(bytes, 2);
}

function numberField(bytes: Buffer, wanted: number): number {
  for (const { number, value } of wireFields(bytes)) {
    if (number === wanted && typeof value === "number") return value;
  }
  return 0;
}

function stringField(bytes: Buffer, wanted: number): string {
  for (const { number, value } of wireFields(bytes)) {
    if (number === wanted && typeof value !== "number") return value.toString("utf8");
  }
  return "";
}

function malformed(): StatusError {
  return badRequest("the body is not a protobuf-encoded Kubernetes object");
}
