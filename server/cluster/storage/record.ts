import { crc32 } from "node:zlib";
import type { Change, KeyValue } from "./types.ts";

/** One line of a log or snapshot: checksum, space, JSON. A line that was not written to its end is recognised by either. */
export function formatLine(value: unknown): string {
  const text = JSON.stringify(value);
  return `${checksum(text)} ${text}\n`;
}

/** The value of a line, or undefined when it is damaged. */
export function parseLine(line: string): unknown {
  const space = line.indexOf(" ");
  const text = line.slice(space + 1);
  if (space !== 8 || checksum(text) !== line.slice(0, 8)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // a checksum that fits by chance
  }
}

function checksum(text: string): string {
  return crc32(text).toString(16).padStart(8, "0");
}

/** What a log line says: all changes of one revision. */
export function changesRecord(changes: readonly Change<object>[]): unknown {
  return {
    revision: changes[0]?.revision,
    changes: changes.map(({ type, key, createRevision, value }) =>
      type === "put" ? [key, createRevision, value] : [key],
    ),
  };
}

/** A snapshot line for one key. */
export function itemRecord({ key, createRevision, modRevision, value }: KeyValue<object>): unknown {
  return [key, createRevision, modRevision, value];
}

export interface LogRecord {
  readonly revision: number;
  readonly changes: readonly {
    readonly key: string;
    readonly put?: { createRevision: number; value: object };
  }[];
}

export function parseLogRecord(value: unknown): LogRecord | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  if (!("revision" in value) || !("changes" in value)) return undefined;
  const { revision, changes } = value;
  if (typeof revision !== "number" || !Array.isArray(changes)) return undefined;
  return { revision, changes: changes.map(parseChange) };
}

function parseChange(change: unknown): LogRecord["changes"][number] {
  const [key, createRevision, value] = Array.isArray(change) ? change : [];
  const put =
    typeof value === "object" && value !== null
      ? { createRevision: Number(createRevision), value }
      : undefined;
  return { key: String(key), ...(put ? { put } : {}) };
}

export function parseItemRecord(record: unknown): KeyValue<object> | undefined {
  const [key, createRevision, modRevision, value] = Array.isArray(record) ? record : [];
  if (typeof key !== "string" || typeof value !== "object" || value === null) return undefined;
  return { key, createRevision: Number(createRevision), modRevision: Number(modRevision), value };
}
