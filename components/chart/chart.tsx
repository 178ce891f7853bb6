"use client";

import { useEffect, useMemo, useRef, useState } from "react";
import { useDarkMode } from "../ui/index.ts";
import type { ChartLine } from "./aligned.ts";
import classes from "./chart.module.css";
import { type ChartHover, createChart } from "./chart-view.ts";
import { lineLook } from "./colours.ts";
import { drawnSeries } from "./limits.ts";
import { type Unit, withUnit } from "./units.ts";

interface Props {
  /** For who does not see it; the lines' last values follow. */
  readonly label: string;
  readonly lines: readonly ChartLine[];
  readonly unit: Unit;
  /** Time from left to right; absent: what the points span. */
  readonly seconds?: number | undefined;
  /** A list of the lines with their values below the picture. */
  readonly legend?: boolean;
}

/** Lines over time, with what they are worth where the pointer is. */
export function Chart({ label, lines, unit, seconds, legend = true }: Props) {
  const dark = useDarkMode();
  const element = useRef<HTMLDivElement>(null);
  const [hover, setHover] = useState<ChartHover>();
  const [alone, setAlone] = useState<string>();
  const drawn = useMemo(() => lines.slice(0, drawnSeries), [lines]);
  const shown = useMemo(
    () =>
      alone === undefined
        ? drawn
        : drawn.map((line) => (line.name === alone ? line : { ...line, points: [] })),
    [drawn, alone],
  );
  useEffect(() => {
    if (!element.current) return;
    const chart = createChart({
      element: element.current,
      lines: shown,
      unit,
      dark,
      seconds,
      onHover: setHover,
    });
    return () => chart.dispose();
  }, [shown, unit, dark, seconds]);

  const spoken = drawn
    .slice(0, 8)
    .map((line) => `${line.name}: ${withUnit(line.points.at(-1)?.[1] ?? Number.NaN, unit)}`)
    .join("; ");
  return (
    <div className={classes.chart}>
      <div className={classes.plot} role="img" aria-label={`${label}. ${spoken}`}>
        <div ref={element} className={classes.canvas} />
        {hover ? (
          <span className={classes.time}>{new Date(hover.time * 1000).toLocaleTimeString()}</span>
        ) : null}
      </div>
      {legend ? (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling list must be reachable by keyboard.
        <ul className={classes.legend} tabIndex={0} aria-label={`Lines of ${label}`}>
          {drawn.map((line, index) => {
            const look = lineLook(index, dark);
            const value = hover
              ? (hover.values[index] ?? Number.NaN)
              : (line.points.at(-1)?.[1] ?? Number.NaN);
            return (
              <li key={line.name}>
                <button
                  type="button"
                  className={classes.line}
                  aria-pressed={alone === line.name}
                  data-dim={alone !== undefined && alone !== line.name}
                  title={line.name}
                  onClick={() => setAlone(alone === line.name ? undefined : line.name)}
                >
                  <svg width="16" height="8" aria-hidden="true">
                    <line
                      x1="0"
                      y1="4"
                      x2="16"
                      y2="4"
                      stroke={look.colour}
                      strokeWidth="2.5"
                      strokeDasharray={look.dash.join(" ")}
                    />
                  </svg>
                  <span className={classes.name}>{line.name}</span>
                  <span className={classes.value}>{withUnit(value, unit)}</span>
                </button>
              </li>
            );
          })}
          {lines.length > drawn.length ? (
            <li className={classes.more}>and {lines.length - drawn.length} more: the table has them</li>
          ) : null}
        </ul>
      ) : null}
    </div>
  );
}
