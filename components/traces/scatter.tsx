"use client";

import type { TraceSummary } from "../../server/contracts/index.ts";
import classes from "./traces.module.css";
import { duration } from "./tree.ts";

interface Props {
  readonly traces: readonly TraceSummary[];
  onSelect(id: string): void;
}

const width = 1_000;
const height = 90;

/** When and how long, at a glance. The list below says the same to a keyboard and a screen reader. */
export function Scatter({ traces, onSelect }: Props) {
  const starts = traces.map(({ start }) => start);
  const first = Math.min(...starts);
  const span = Math.max(1, Math.max(...starts) - first);
  const longest = Math.max(1, ...traces.map((trace) => trace.duration));
  return (
    <div className={classes.scatter} aria-hidden="true">
      <span className={classes.scale}>{duration(longest)}</span>
      <svg viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" role="presentation">
        <line x1="0" y1={height - 8} x2={width} y2={height - 8} className={classes.axis} />
      </svg>
      {traces.map((trace) => (
        <button
          key={trace.id}
          type="button"
          tabIndex={-1}
          className={classes.dot}
          data-error={trace.errors > 0}
          title={`${trace.service} ${trace.operation}: ${duration(trace.duration)}`}
          style={{
            left: `${2 + ((trace.start - first) / span) * 96}%`,
            top: `${8 + (1 - trace.duration / longest) * 76}%`,
          }}
          onClick={() => onSelect(trace.id)}
        />
      ))}
    </div>
  );
}
