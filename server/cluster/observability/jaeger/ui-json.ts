import type { Process, Trace } from "./model.ts";

/** A trace as Jaeger's query service writes it (model/converter/json): processes named p1, p2 … as they first appear. */
export function uiTrace(trace: Trace): object {
  const ids = new Map<string, string>();
  const processes: Record<string, object> = {};
  const processID = (process: Process): string => {
    const key = JSON.stringify(process);
    const known = ids.get(key);
    if (known) return known;
    const id = `p${ids.size + 1}`;
    ids.set(key, id);
    processes[id] = process;
    return id;
  };
  const spans = trace.spans.map((span) => ({
    traceID: span.traceID,
    spanID: span.spanID,
    operationName: span.operationName,
    references: span.references,
    startTime: span.startTime,
    duration: span.duration,
    tags: span.tags,
    logs: span.logs,
    processID: processID(span.process),
    warnings: null,
  }));
  return { traceID: trace.traceID, spans, processes, warnings: null };
}
