import type { Random } from "../../base/index.ts";
import type { HeaderMap } from "./headers.ts";

/** Why a request is traced, as the 15th character of its x-request-id says (Envoy extensions/request_id/uuid). */
export type TraceReason = "not-traceable" | "sampled" | "service-forced" | "client-forced";

const MARKS: Readonly<Record<TraceReason, string>> = {
  "not-traceable": "4",
  sampled: "9",
  "service-forced": "a",
  "client-forced": "b",
};
const MARK_AT = 14;
const UUID_LENGTH = 36;

/** `force`: whatever an edge's client says of the id is replaced. */
export function ensureRequestId(headers: HeaderMap, random: Random, force: boolean): void {
  if (force || !headers.has("x-request-id")) headers.set("x-request-id", random.uuid());
}

export function traceReason(id: string): TraceReason {
  if (id.length !== UUID_LENGTH) return "not-traceable";
  switch (id[MARK_AT]) {
    case MARKS.sampled:
      return "sampled";
    case MARKS["service-forced"]:
      return "service-forced";
    case MARKS["client-forced"]:
      return "client-forced";
    default:
      return "not-traceable";
  }
}

/** The id with the reason written into it; an id that is no UUID stays as it is. */
export function withTraceReason(id: string, reason: TraceReason): string {
  if (id.length !== UUID_LENGTH) return id;
  return `${id.slice(0, MARK_AT)}${MARKS[reason]}${id.slice(MARK_AT + 1)}`;
}

/** A number that every proxy on the way reads from the same id, so that all cast the same dice. Undefined: no UUID. */
export function requestIdNumber(id: string): number | undefined {
  const head = id.slice(0, 8);
  return /^[0-9a-f]{8}$/i.test(head) ? Number.parseInt(head, 16) : undefined;
}
