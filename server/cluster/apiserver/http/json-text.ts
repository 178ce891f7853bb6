import { isObject, type JsonObject } from "../../apimachinery/index.ts";
import { CACHED_TEXT_LENGTH } from "../limits.ts";

/** JSON in parts that stand one after the other; a part may be shared by many texts. */
export interface JsonText {
  readonly parts: readonly string[];
  /** Of all parts together, in UTF-8. */
  readonly bytes: number;
}

/** Puts JSON together from parts; nothing is copied before the end. */
export class JsonWriter {
  private readonly parts: string[] = [];
  private bytes = 0;

  add(text: string): this {
    this.parts.push(text);
    this.bytes += Buffer.byteLength(text);
    return this;
  }

  append({ parts, bytes }: JsonText): this {
    for (const part of parts) this.parts.push(part);
    this.bytes += bytes;
    return this;
  }

  text(): JsonText {
    return { parts: this.parts, bytes: this.bytes };
  }

  toString(): string {
    return this.parts.join("");
  }

  /** Writes straight into one buffer: much faster than joining the text first when it is long. */
  toBuffer(): Buffer {
    const buffer = Buffer.allocUnsafe(this.bytes);
    let at = 0;
    for (const part of this.parts) at += buffer.write(part, at, "utf8");
    return buffer;
  }
}

/**
 * Texts of objects, which are frozen and so never change: one serialization serves every list and every watch. When the
 * texts grow beyond the limit, those not asked for since the last time are forgotten.
 */
class TextCache {
  private recent = new WeakMap<object, JsonText>();
  private earlier = new WeakMap<object, JsonText>();
  private bytes = 0;

  of(object: object, make: () => JsonText): JsonText {
    const known = this.recent.get(object);
    if (known !== undefined) return known;
    const text = this.earlier.get(object) ?? make();
    if (!Object.isFrozen(object)) return text;
    if (this.bytes > CACHED_TEXT_LENGTH / 2) {
      this.earlier = this.recent;
      this.recent = new WeakMap();
      this.bytes = 0;
    }
    this.recent.set(object, text);
    this.bytes += text.bytes;
    return text;
  }
}

const texts = new TextCache();

/** A text shorter than this is copied; a reference to it would cost as much. */
const SHARED_TEXT_BYTES = 100;

/** An object as JSON. Its metadata is a part of its own, shared with the rows of tables. */
export function textOf(object: object): JsonText {
  return texts.of(object, () => {
    const { apiVersion, kind, metadata, ...rest }: JsonObject = { ...object };
    if (!isObject(metadata)) return new JsonWriter().add(JSON.stringify(object)).text();
    const head = JSON.stringify({ apiVersion, kind }).slice(0, -1);
    const tail = JSON.stringify(rest);
    return new JsonWriter()
      .add(`${head}${head === "{" ? "" : ","}"metadata":`)
      .append(metadataText(metadata))
      .add(tail === "{}" ? "}" : `,${tail.slice(1)}`)
      .text();
  });
}

export function jsonOf(object: object): string {
  return textOf(object).parts.join("");
}

/** An object's metadata as JSON. Field sets, most of it, are the same in all objects of a controller and kept once. */
export function metadataText(metadata: object): JsonText {
  return texts.of(metadata, () => {
    const { managedFields, ...rest }: JsonObject = { ...metadata };
    const text = JSON.stringify(rest);
    const writer = new JsonWriter();
    if (!Array.isArray(managedFields)) return writer.add(text).text();
    let before = `${text === "{}" ? "{" : `${text.slice(0, -1)},`}"managedFields":[`;
    for (const entry of managedFields) {
      const { fieldsV1, ...facts }: JsonObject = { ...entry };
      before += JSON.stringify(facts);
      if (isObject(fieldsV1)) {
        writer.add(`${before.slice(0, -1)},"fieldsV1":`).append(fieldsText(fieldsV1));
        before = "}";
      }
      before += ",";
    }
    return writer.add(`${before.replace(/,$/, "")}]}`).text();
  });
}

/** Sets of different objects differ in a key or two; what is below those is shared, and so is its text. */
function fieldsText(fields: object): JsonText {
  return texts.of(fields, () => {
    const writer = new JsonWriter();
    let pending = "{";
    for (const [key, child] of Object.entries(fields)) {
      pending += `${pending.endsWith("{") ? "" : ","}${JSON.stringify(key)}:`;
      const text = isObject(child) && Object.keys(child).length > 0 ? fieldsText(child) : undefined;
      if (text && text.bytes >= SHARED_TEXT_BYTES) {
        writer.add(pending).append(text);
        pending = "";
      } else pending += text ? text.parts.join("") : JSON.stringify(child);
    }
    return writer.add(`${pending}}`).text();
  });
}
