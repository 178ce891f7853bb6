"use client";

import { useMemo } from "react";
import type { TraceSpan } from "../../server/contracts/index.ts";
import { useRead } from "../socket/index.ts";
import { Chip, EmptyState, PaneError, ScrollRegion, useDarkMode } from "../ui/index.ts";
import { compareTraces } from "./compare.ts";
import own from "./comparison.module.css";
import { indentOf } from "./forest.ts";
import { serviceColours } from "./service-colour.ts";
import classes from "./traces.module.css";
import { duration, extentOf } from "./tree.ts";

interface Props {
  readonly left: string;
  readonly right: string;
  readonly active: boolean;
}

const mostRows = 600;

/** Two requests, span beside span, on one scale. */
export function TraceComparison({ left, right, active }: Props) {
  const one = useRead("traces:read", { id: left }, { enabled: active });
  const other = useRead("traces:read", { id: right }, { enabled: active });
  const dark = useDarkMode();
  const [a, b] = [one.data?.spans, other.data?.spans];
  const rows = useMemo(() => (a && b ? compareTraces(a, b) : []), [a, b]);
  const trouble = one.error ?? other.error;
  if (trouble) return <PaneError>{trouble}</PaneError>;
  if (!a || !b) return <EmptyState title="Reading both traces…" />;
  const [first, second] = [extentOf(a), extentOf(b)];
  const scale = Math.max(first.duration, second.duration);
  const colours = serviceColours(
    rows.map(({ service }) => service),
    dark,
  );
  const bar = (span: TraceSpan | undefined, start: number) =>
    span ? (
      <span className={classes.lane}>
        <span
          className={classes.span}
          style={{
            left: `${((span.start - start) / scale) * 100}%`,
            width: `${Math.max(0.5, (span.duration / scale) * 100)}%`,
            background: colours.get(span.service),
          }}
        />
      </span>
    ) : (
      <Chip tone="quiet">not here</Chip>
    );
  return (
    <>
      <p className={classes.summary} data-test="comparison-summary">
        {duration(first.duration)} and {duration(second.duration)}:{" "}
        {differenceWords(first.duration, second.duration)}
        <Chip tone="quiet">{rows.filter((row) => row.left && row.right).length} spans in both</Chip>
        <Chip tone="quiet">{rows.filter((row) => !row.right).length} only in the first</Chip>
        <Chip tone="quiet">{rows.filter((row) => !row.left).length} only in the second</Chip>
      </p>
      <ScrollRegion className={own.comparison} label="Spans of both traces" test="comparison">
        <table>
          <thead>
            <tr>
              <th scope="col">Service and operation</th>
              <th scope="col">First</th>
              <th scope="col">Second</th>
              <th scope="col">Change</th>
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, mostRows).map(({ key, service, operation, depth, left: mine, right: theirs }) => (
              <tr key={key}>
                <th scope="row" style={{ paddingLeft: 8 + indentOf(depth) }}>
                  <i style={{ background: colours.get(service) }} aria-hidden="true" /> <b>{service}</b>{" "}
                  {operation}
                  {mine?.error || theirs?.error ? (
                    <Chip tone="bad">
                      {mine?.error && theirs?.error
                        ? "error in both"
                        : mine?.error
                          ? "error in the first"
                          : "error in the second"}
                    </Chip>
                  ) : null}
                </th>
                <td>
                  {bar(mine, first.start)}
                  <small>{mine ? duration(mine.duration) : ""}</small>
                </td>
                <td>
                  {bar(theirs, second.start)}
                  <small>{theirs ? duration(theirs.duration) : ""}</small>
                </td>
                <td>{mine && theirs ? differenceWords(mine.duration, theirs.duration) : ""}</td>
              </tr>
            ))}
          </tbody>
        </table>
        {rows.length > mostRows ? (
          <p className={classes.more}>and {rows.length - mostRows} more spans</p>
        ) : null}
      </ScrollRegion>
    </>
  );
}

function differenceWords(before: number, after: number): string {
  const change = after - before;
  if (Math.abs(change) < 1) return "the same";
  return `${change > 0 ? "+" : "−"}${duration(Math.abs(change))}`;
}
