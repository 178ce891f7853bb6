import { readFileSync } from "node:fs";
import { isObject, type JsonObject } from "../../apimachinery/index.ts";
import type { Definitions } from "./openapi.ts";

/** Reads the generated schemas when they are first needed, and says how to make them when they are not there. */
export function generatedDefinitions(file: string): () => Definitions {
  let read: Definitions | undefined;
  return () => {
    read ??= parse(file);
    return read;
  };
}

function parse(file: string): Definitions {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    throw new Error(`${file} is missing. Run "npm run generate" to make the schemas of the built-in kinds.`, {
      cause,
    });
  }
  const value: unknown = JSON.parse(text);
  const found: Record<string, JsonObject> = {};
  if (isObject(value))
    for (const [name, schema] of Object.entries(value)) if (isObject(schema)) found[name] = schema;
  return found;
}
