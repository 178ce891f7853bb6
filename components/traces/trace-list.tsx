"use client";

import type { TraceSummary } from "../../server/contracts/index.ts";
import { Chip, ScrollRegion, useDarkMode } from "../ui/index.ts";
import { Scatter } from "./scatter.tsx";
import { serviceColours } from "./service-colour.ts";
import classes from "./traces.module.css";
import { duration } from "./tree.ts";

interface Props {
  readonly traces: readonly TraceSummary[];
  onSelect(id: string): void;
}

export function TraceList({ traces, onSelect }: Props) {
  const dark = useDarkMode();
  const colours = serviceColours(
    traces.flatMap(({ services }) => services.map(({ name }) => name)),
    dark,
  );
  const longest = Math.max(1, ...traces.map((trace) => trace.duration));
  return (
    <ScrollRegion className={classes.list} label="Traces found" test="trace-list">
      <Scatter traces={traces} onSelect={onSelect} />
      <ul>
        {traces.map((trace) => (
          <li key={trace.id}>
            <button
              type="button"
              className={classes.item}
              onClick={() => onSelect(trace.id)}
              data-test="trace-item"
            >
              <span
                className={classes.bar}
                style={{ width: `${(trace.duration / longest) * 100}%` }}
                aria-hidden="true"
              />
              <span className={classes.head}>
                <b>{trace.service}</b> {trace.operation}
                <span className={classes.took}>{duration(trace.duration)}</span>
              </span>
              <span className={classes.meta}>
                <span>{new Date(trace.start / 1000).toLocaleTimeString()}</span>
                <span>
                  {trace.spans} {trace.spans === 1 ? "span" : "spans"}
                </span>
                {trace.errors > 0 ? (
                  <Chip tone="bad">
                    {trace.errors} {trace.errors === 1 ? "error" : "errors"}
                  </Chip>
                ) : null}
                {trace.services.slice(0, 6).map(({ name, spans }) => (
                  <span key={name} className={classes.service}>
                    <i style={{ background: colours.get(name) }} aria-hidden="true" />
                    {name} ({spans})
                  </span>
                ))}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </ScrollRegion>
  );
}
