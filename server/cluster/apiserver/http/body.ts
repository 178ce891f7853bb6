import type { IncomingMessage } from "node:http";
import { load } from "js-yaml";
import { badRequest, isArray, isObject, StatusError } from "../../apimachinery/index.ts";
import { unsupportedMediaType } from "../endpoints/input.ts";
import { BODY_BYTES, BODY_DEPTH } from "../limits.ts";
import { decodeProtobuf } from "../protobuf/decode.ts";

const JSON_TYPES = new Set([
  "",
  "application/json",
  "application/json-patch+json",
  "application/merge-patch+json",
  "application/strategic-merge-patch+json",
]);
const YAML_TYPES = new Set(["application/yaml", "application/apply-patch+yaml"]);
const SUPPORTED = ["application/json", "application/yaml", "application/vnd.kubernetes.protobuf"];

export function mediaType(header: string | undefined): string {
  return (header ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
}

/** The whole body, or 413 when it is longer than kube-apiserver would take. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request) {
    const chunk = Buffer.from(part);
    length += chunk.length;
    if (length > BODY_BYTES) throw tooLarge();
    parts.push(chunk);
  }
  return Buffer.concat(parts);
}

/** The body as JSON data. Of duplicate keys the last counts, as in Go. */
export function parseBody(bytes: Buffer, type: string): unknown {
  if (bytes.length === 0) return undefined;
  if (type === "application/vnd.kubernetes.protobuf") return decodeProtobuf(bytes);
  if (YAML_TYPES.has(type)) return parseYaml(bytes.toString("utf8"));
  if (!JSON_TYPES.has(type)) throw unsupportedMediaType(SUPPORTED);
  return parseJson(bytes.toString("utf8"));
}

export function parseJson(text: string): unknown {
  checkNesting(text);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw badRequest(
      `couldn't get version/kind; json parse error: ${error instanceof Error ? error.message : ""}`,
    );
  }
}

/** Counts brackets outside strings before anything recursive sees the text. */
function checkNesting(text: string): void {
  let depth = 0;
  let quoted = false;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (quoted) {
      if (code === 92) index++;
      else if (code === 34) quoted = false;
    } else if (code === 34) quoted = true;
    else if (code === 91 || code === 123) {
      if (++depth > BODY_DEPTH) throw tooDeep();
    } else if (code === 93 || code === 125) depth--;
  }
}

function parseYaml(text: string): unknown {
  // Server-side apply sends JSON under a YAML type; JSON's parser is faster and stricter.
  if (text.trimStart().startsWith("{")) {
    checkNesting(text);
    try {
      return JSON.parse(text);
    } catch {
      // YAML flow style also begins with a brace
    }
  }
  try {
    const value = load(text, { json: true });
    checkDepth(value, 0);
    return value;
  } catch (error) {
    if (error instanceof StatusError) throw error;
    throw badRequest(`error converting YAML to JSON: yaml: ${error instanceof Error ? error.message : ""}`);
  }
}

function checkDepth(value: unknown, depth: number): void {
  if (depth > BODY_DEPTH) throw tooDeep();
  if (isArray(value)) for (const item of value) checkDepth(item, depth + 1);
  else if (isObject(value)) for (const item of Object.values(value)) checkDepth(item, depth + 1);
}

function tooDeep(): StatusError {
  return badRequest(`the body is nested deeper than ${BODY_DEPTH} levels`);
}

function tooLarge(): StatusError {
  return new StatusError({
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message: `Request entity too large: limit is ${BODY_BYTES}`,
    reason: "RequestEntityTooLarge",
    code: 413,
  });
}
