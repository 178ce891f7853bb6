"use client";

import { IconExternalLink } from "@tabler/icons-react";
import { useMemo } from "react";
import { Chart, withUnit } from "../chart/index.ts";
import { useRead } from "../socket/index.ts";
import { ToolButton } from "../ui/index.ts";
import type { Panel } from "./dashboards.ts";
import { legendOf } from "./dashboards.ts";
import classes from "./metrics.module.css";
import { stepOf } from "./ranges.ts";
import { seriesName } from "./series-name.ts";

const refreshMs = 10_000;

interface Props {
  readonly panel: Panel;
  readonly query: string;
  readonly seconds: number;
  readonly active: boolean;
  onOpen(): void;
}

export function DashboardPanel({ panel, query, seconds, active, onOpen }: Props) {
  const range = { seconds, step: stepOf(seconds) };
  const { data, error } = useRead(
    "metrics:query",
    { query, ...(panel.form === "lines" ? { range } : {}) },
    { enabled: active, everyMs: refreshMs },
  );
  const lines = useMemo(
    () =>
      data?.status === "success"
        ? data.series.map(({ labels, points }) => ({
            name: panel.legend ? legendOf(panel.legend, labels) : seriesName(labels),
            points: points.map(([time, value]): [number, number] => [time, Number(value)]),
          }))
        : [],
    [data, panel.legend],
  );
  const trouble = error ?? (data?.status === "error" ? data.error : undefined);
  return (
    <article
      className={panel.form === "value" ? classes.valuePanel : classes.linesPanel}
      data-test="dashboard-panel"
    >
      <header className={classes.panelHead}>
        <h3>{panel.title}</h3>
        <ToolButton label={`Open "${panel.title}" as a query`} onClick={onOpen}>
          <IconExternalLink size={13} />
        </ToolButton>
      </header>
      {trouble ? (
        <p className={classes.trouble}>{trouble}</p>
      ) : panel.form === "value" ? (
        <p className={classes.big}>{withUnit(lines[0]?.points.at(-1)?.[1] ?? Number.NaN, panel.unit)}</p>
      ) : lines.length > 0 ? (
        <div className={classes.panelChart}>
          <Chart label={panel.title} lines={lines} unit={panel.unit} seconds={seconds} />
        </div>
      ) : (
        <p className={classes.nothing}>{data ? "No requests in this range." : "Asking Prometheus…"}</p>
      )}
    </article>
  );
}
