import { STATUS_CODES } from "node:http";

/** The reason phrase in front of a response's fields, as Envoy's CodeUtility::toString. */
export function statusText(status: number): string {
  return STATUS_CODES[status] ?? "Unknown";
}
