import { existsSync, readdirSync, readFileSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { parseItemRecord, parseLine, parseLogRecord } from "./record.ts";
import type { StorageState } from "./storage.ts";
import type { KeyValue } from "./types.ts";

export const SNAPSHOT = "snapshot.jsonl";
const SEGMENT = /^log-(\d+)\.jsonl$/;

export const segmentName = (number: number) => `log-${String(number).padStart(8, "0")}.jsonl`;

/** Log segments of a folder in the order in which they were written. */
export function segmentNumbers(directory: string): number[] {
  return readdirSync(directory)
    .flatMap((name) => SEGMENT.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
}

/** Whether something was ever kept in this folder. */
export const holdsState = (directory: string): boolean =>
  existsSync(directory) && (existsSync(join(directory, SNAPSHOT)) || segmentNumbers(directory).length > 0);

/** Everything that was acknowledged before the process ended: the snapshot, then the log on top of it. */
export function recover(directory: string): StorageState<object> {
  const values = new Map<string, KeyValue<object>>();
  let revision = readSnapshot(join(directory, SNAPSHOT), values);
  const segments = segmentNumbers(directory);
  for (const number of segments) {
    const path = join(directory, segmentName(number));
    const last = number === segments.at(-1);
    for (const line of readLines(path, last)) {
      const record = parseLogRecord(parseLine(line));
      if (!record) throw new Error(`${path} is damaged after revision ${revision}`);
      if (record.revision <= revision) continue; // the snapshot has it
      revision = record.revision;
      for (const { key, put } of record.changes) {
        if (put) values.set(key, { key, ...put, modRevision: revision });
        else values.delete(key);
      }
    }
  }
  return { revision, items: [...values.values()] };
}

function readSnapshot(path: string, values: Map<string, KeyValue<object>>): number {
  if (!existsSync(path)) return 1;
  const [head = "", ...lines] = readFileSync(path, "utf8").split("\n");
  const header = parseLine(head);
  const revision =
    typeof header === "object" && header !== null && "revision" in header
      ? Number(header.revision)
      : Number.NaN;
  if (Number.isNaN(revision)) throw new Error(`${path} is damaged`);
  for (const line of lines) {
    if (line === "") continue;
    const item = parseItemRecord(parseLine(line));
    if (!item) throw new Error(`${path} is damaged`);
    values.set(item.key, item);
  }
  return revision;
}

/** Whole lines. In the newest segment a torn last line is what a killed process leaves behind: it is cut off. */
function readLines(path: string, newest: boolean): string[] {
  const bytes = readFileSync(path);
  const end = bytes.lastIndexOf(10) + 1;
  const lines = bytes.subarray(0, end).toString("utf8").split("\n").slice(0, -1);
  let length = end;
  const last = lines.at(-1);
  if (newest && last !== undefined && parseLogRecord(parseLine(last)) === undefined) {
    lines.pop();
    length -= Buffer.byteLength(last) + 1;
  }
  if (newest && length < bytes.length) truncateSync(path, length);
  return lines;
}
