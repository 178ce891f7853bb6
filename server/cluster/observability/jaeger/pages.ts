// Two plain pages for a browser that has nothing better: the traces of a service, and the spans of one trace.
import type { Clock } from "../../base/index.ts";
import { escapeHtml, type HttpAnswer, page } from "../http/index.ts";
import { type Span, spanKindOf, type Trace } from "./model.ts";
import type { SpanStore } from "./span-store.ts";

interface PageDeps {
  readonly store: SpanStore;
  readonly clock: Clock;
  readonly basePath: string;
}

const SHOWN = 50;
const INTRO =
  "<p>The practice cluster's Jaeger. Meshwork shows the same traces in its own panel; programs ask <code>/api/traces</code>.</p>";
const milliseconds = (microseconds: number) => `${(microseconds / 1000).toFixed(2)} ms`;

export function tracesPage({ store, clock, basePath }: PageDeps, parameters: URLSearchParams): HttpAnswer {
  const services = store.services();
  const service = parameters.get("service") ?? services[0] ?? "";
  const options = services
    .map((one) => `<option${one === service ? " selected" : ""}>${escapeHtml(one)}</option>`)
    .join("");
  const form = `<form><label>Service <select name="service">${options}</select></label> <button>Find traces</button></form>`;
  const query = { service, operation: "", tags: {}, minDuration: 0, maxDuration: 0, limit: SHOWN };
  const rows = store
    .search({ ...query, start: 0, end: clock.now() * 1000 })
    .map((trace) => row(trace, basePath))
    .join("");
  const head = "<tr><th>Trace</th><th>Spans</th><th>Duration</th><th>Started</th></tr>";
  const empty = services.length === 0 ? "<p>No spans have been received yet.</p>" : "";
  return page("Jaeger", `${INTRO}${form}${empty}<table>${head}${rows}</table>`);
}

function row({ traceID, spans }: Trace, basePath: string): string {
  const [root] = spans;
  if (!root) return "";
  const end = Math.max(...spans.map((span) => span.startTime + span.duration));
  const name = escapeHtml(`${root.process.serviceName}: ${root.operationName}`);
  const started = new Date(root.startTime / 1000).toISOString();
  return `<tr><td><a href="${basePath}/trace/${traceID}">${name}</a></td><td>${spans.length}</td><td>${milliseconds(end - root.startTime)}</td><td>${started}</td></tr>`;
}

export function tracePage({ store, basePath }: PageDeps, traceID: string): HttpAnswer | undefined {
  const trace = store.trace(traceID);
  if (!trace) return undefined;
  const begun = trace.spans[0]?.startTime ?? 0;
  const head = "<tr><th>Span</th><th>Kind</th><th>Starts after</th><th>Duration</th></tr>";
  const rows = nested(trace.spans)
    .map(({ span, depth }) => {
      const name = escapeHtml(`${span.process.serviceName}: ${span.operationName}`);
      const kind = escapeHtml(spanKindOf(span));
      const after = milliseconds(span.startTime - begun);
      return `<tr><td style="padding-left:${depth + 0.6}rem">${name}</td><td>${kind}</td><td>${after}</td><td>${milliseconds(span.duration)}</td></tr>`;
    })
    .join("");
  const back = `<p><a href="${basePath}/search">All traces</a></p>`;
  return page(`Trace ${traceID.slice(0, 7)}`, `${back}<table>${head}${rows}</table>`);
}

/** Each span after its parent; one whose parent is not here, or that is its own ancestor, stands at the root. */
function nested(spans: readonly Span[]): readonly { readonly span: Span; readonly depth: number }[] {
  const parentOf = (span: Span) => span.references.find((one) => one.refType === "CHILD_OF")?.spanID ?? "";
  const ids = new Set(spans.map((span) => span.spanID));
  const children = new Map<string, Span[]>();
  for (const span of spans) {
    const siblings = children.get(parentOf(span)) ?? [];
    siblings.push(span);
    children.set(parentOf(span), siblings);
  }
  const rows: { span: Span; depth: number }[] = [];
  const seen = new Set<Span>();
  const walk = (list: readonly Span[]): void => {
    const stack = list.map((span) => ({ span, depth: 0 })).reverse();
    for (let next = stack.pop(); next; next = stack.pop()) {
      if (seen.has(next.span)) continue;
      seen.add(next.span);
      rows.push(next);
      const depth = next.depth + 1;
      stack.push(...(children.get(next.span.spanID) ?? []).map((span) => ({ span, depth })).reverse());
    }
  };
  walk(spans.filter((span) => !ids.has(parentOf(span))));
  walk(spans);
  return rows;
}
