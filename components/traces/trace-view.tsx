"use client";

import { IconChevronRight } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import type { Trace, TraceSpan } from "../../server/contracts/index.ts";
import { useRead } from "../socket/index.ts";
import { Chip, EmptyState, PaneError, PaneWarning, ScrollRegion, useDarkMode } from "../ui/index.ts";
import { indentOf } from "./forest.ts";
import { serviceColours } from "./service-colour.ts";
import { SpanDetail } from "./span-detail.tsx";
import classes from "./traces.module.css";
import { dependencies, duration, type Extent, extentOf, spanRows } from "./tree.ts";

const mostRows = 1_000;

export function TraceView({ id, active }: { id: string; active: boolean }) {
  const { data, error } = useRead("traces:read", { id }, { enabled: active });
  if (error && !data) return <PaneError>{error}</PaneError>;
  if (data?.id.replace(/^0+/, "") !== id.replace(/^0+/, "")) return <EmptyState title="Reading the trace…" />;
  return <Waterfall trace={data} />;
}

function Waterfall({ trace }: { trace: Trace }) {
  const dark = useDarkMode();
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const [selected, setSelected] = useState<string>();
  const { spans, total } = trace;
  const rows = useMemo(() => spanRows(spans, closed), [spans, closed]);
  const extent = useMemo(() => extentOf(spans), [spans]);
  const calls = useMemo(() => dependencies(spans), [spans]);
  const colours = serviceColours(
    spans.map(({ service }) => service),
    dark,
  );
  const chosen = spans.find((span) => span.id === selected);
  const toggle = (span: string) =>
    setClosed((before) => {
      const next = new Set(before);
      if (!next.delete(span)) next.add(span);
      return next;
    });
  return (
    <>
      <p className={classes.summary} data-test="trace-summary">
        {duration(extent.duration)} · {total} {total === 1 ? "span" : "spans"} · {colours.size}{" "}
        {colours.size === 1 ? "service" : "services"}
        {calls.map(({ from, to, calls: times, errors }) => (
          <Chip key={`${from} ${to}`} tone={errors > 0 ? "bad" : "quiet"}>
            {from} → {to} {times > 1 ? `×${times}` : ""}
          </Chip>
        ))}
      </p>
      {total > spans.length ? (
        <PaneWarning>
          {spans.length} of {total} spans are shown: those that began first.
        </PaneWarning>
      ) : null}
      <div className={classes.split} data-detail={chosen !== undefined}>
        <ScrollRegion className={classes.waterfall} label="Spans" test="waterfall">
          <table>
            <thead>
              <tr>
                <th scope="col">Service and operation</th>
                <th scope="col">
                  <span className={classes.ticks}>
                    {[0, 0.25, 0.5, 0.75].map((part) => (
                      <span key={part}>{part === 0 ? "0" : duration(extent.duration * part)}</span>
                    ))}
                  </span>
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.slice(0, mostRows).map(({ span, depth, children, critical }) => (
                <tr key={span.id} data-selected={span.id === selected}>
                  <th scope="row">
                    <span className={classes.spanName} style={{ paddingLeft: indentOf(depth) }}>
                      <button
                        type="button"
                        className={classes.fold}
                        aria-label={closed.has(span.id) ? "Open" : "Close"}
                        aria-expanded={!closed.has(span.id)}
                        hidden={children === 0}
                        onClick={() => toggle(span.id)}
                      >
                        <IconChevronRight size={12} />
                      </button>
                      <i style={{ background: colours.get(span.service) }} aria-hidden="true" />
                      <button
                        type="button"
                        className={classes.spanButton}
                        aria-pressed={span.id === selected}
                        onClick={() => setSelected(span.id === selected ? undefined : span.id)}
                        data-test="span"
                      >
                        <b>{span.service}</b> <span>{span.operation}</span>
                      </button>
                      {span.error ? <Chip tone="bad">error</Chip> : null}
                    </span>
                  </th>
                  <td>
                    <span className={classes.lane}>
                      <span
                        className={classes.span}
                        data-critical={critical}
                        style={{
                          left: `${((span.start - extent.start) / extent.duration) * 100}%`,
                          width: `${Math.max(0.3, (span.duration / extent.duration) * 100)}%`,
                          background: colours.get(span.service),
                        }}
                      />
                      <span
                        className={classes.spanTime}
                        data-inside={isLong(span, extent)}
                        style={timePlace(span, extent)}
                      >
                        {duration(span.duration)}
                      </span>
                    </span>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
          {rows.length > mostRows ? (
            <p className={classes.more}>
              and {rows.length - mostRows} more spans: close some of the tree above
            </p>
          ) : null}
        </ScrollRegion>
        {chosen ? (
          <SpanDetail span={chosen} start={extent.start} onClose={() => setSelected(undefined)} />
        ) : null}
      </div>
    </>
  );
}

const part = (microseconds: number, extent: Extent): number => (microseconds / extent.duration) * 100;
/** No room beside it, on either side. */
const isLong = (span: TraceSpan, extent: Extent): boolean => part(span.duration, extent) > 65;

/** Behind the bar; before it where that would leave the picture; in it where neither has room. */
function timePlace(span: TraceSpan, extent: Extent): { left?: string; right?: string } {
  const from = part(span.start - extent.start, extent);
  const to = from + part(span.duration, extent);
  if (isLong(span, extent)) return { right: `${100 - to}%` };
  return to > 80 ? { right: `${100 - from}%` } : { left: `${to}%` };
}
