import type { Tracing } from "../../xds/index.ts";
import type { HeaderMap } from "../http/headers.ts";
import { requestIdNumber, type TraceReason, traceReason, withTraceReason } from "../http/request-id.ts";

/**
 * Whether this proxy's own sampling wants the request traced; the decision is written into x-request-id, where the next
 * proxy finds it (Envoy http/conn_manager_utility.cc mutateTracingRequestHeader). A decision that came with the trace
 * context (x-b3-sampled) goes before this one.
 */
export function decideTrace(
  headers: HeaderMap,
  config: Tracing,
  { random, byRequestId }: { readonly random: () => number; readonly byRequestId: boolean },
): boolean {
  const id = headers.get("x-request-id") ?? "";
  const number = requestIdNumber(id);
  if (number === undefined) return false;
  const dice = number % 10_000;
  const percent = (wanted: { readonly value: number } | undefined, cast: number) =>
    cast < (wanted?.value ?? 100) * 100;
  const before = byRequestId ? traceReason(id) : "not-traceable";
  let reason: TraceReason = before;
  if (reason === "not-traceable") {
    if (headers.has("x-client-trace-id") && percent(config.clientSampling, random() * 10_000))
      reason = "client-forced";
    else if (headers.has("x-envoy-force-trace")) reason = "service-forced";
    else if (percent(config.randomSampling, dice)) reason = "sampled";
  }
  if (reason !== "not-traceable" && !percent(config.overallSampling, dice)) reason = "not-traceable";
  if (byRequestId && reason !== before) headers.set("x-request-id", withTraceReason(id, reason));
  return reason !== "not-traceable";
}
