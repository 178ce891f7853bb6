import type { Writable } from "node:stream";
import type { ContainerLog, LogLine } from "./container-log.ts";

export interface LogQuery {
  readonly follow?: boolean;
  readonly tailLines?: number;
  readonly sinceSeconds?: number;
  readonly sinceTime?: string;
  readonly timestamps?: boolean;
  readonly limitBytes?: number;
}

/** RFC 3339 with nanoseconds, as a container runtime stamps lines. Ours end at the millisecond. */
const stamp = (at: number) => `${new Date(at).toISOString().slice(0, -1)}000000Z`;

function firstMoment(query: LogQuery, now: number): number {
  if (query.sinceTime !== undefined) return Date.parse(query.sinceTime);
  return query.sinceSeconds === undefined ? 0 : now - query.sinceSeconds * 1000;
}

/** The lines a query wants of those already there. */
export function selectLines(lines: readonly LogLine[], query: LogQuery, now: number): readonly LogLine[] {
  const from = firstMoment(query, now);
  const recent = from > 0 ? lines.filter((line) => line.at >= from) : lines;
  return query.tailLines === undefined ? recent : recent.slice(Math.max(0, recent.length - query.tailLines));
}

/** Writes what the query asks for; with `follow` stays until the container ends or the signal aborts. */
export async function copyLog(
  log: ContainerLog,
  query: LogQuery & { readonly now: number; readonly signal: AbortSignal },
  sink: Writable,
): Promise<void> {
  let left = query.limitBytes ?? Number.POSITIVE_INFINITY;
  const put = (line: LogLine) => {
    const text = Buffer.from(`${query.timestamps ? `${stamp(line.at)} ` : ""}${line.text}\n`);
    if (left <= 0 || sink.writableEnded || sink.destroyed) return;
    sink.write(text.subarray(0, left));
    left -= text.length;
  };
  const backlog = selectLines(log.all(), query, query.now);
  for (const line of backlog) put(line);
  if (!query.follow || log.ended) return;
  await new Promise<void>((resolve) => {
    const stop = log.follow(put, () => finish());
    const finish = () => {
      stop();
      query.signal.removeEventListener("abort", finish);
      resolve();
    };
    if (query.signal.aborted) finish();
    else query.signal.addEventListener("abort", finish, { once: true });
    sink.once("close", finish);
  });
}
