"use client";

import type { MetricSeries } from "../../server/contracts/index.ts";
import { ScrollRegion } from "../ui/index.ts";
import classes from "./metrics.module.css";

/** One row a series: its labels, and its latest value as Prometheus wrote it. */
export function ResultTable({ series }: { series: readonly MetricSeries[] }) {
  return (
    <ScrollRegion className={classes.tableArea} label="Result" test="metrics-table">
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">Series</th>
            <th scope="col" className={classes.number}>
              Value
            </th>
          </tr>
        </thead>
        <tbody>
          {series.map(({ labels, points }) => (
            <tr key={JSON.stringify(labels)}>
              <td>
                <Labels labels={labels} />
              </td>
              <td className={classes.number}>{points.at(-1)?.[1] ?? ""}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

function Labels({ labels }: { labels: Readonly<Record<string, string>> }) {
  const { __name__: name, ...rest } = labels;
  const entries = Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1));
  return (
    <code className={classes.labels}>
      {name ? <b>{name}</b> : null}
      {entries.length > 0 || !name ? "{" : ""}
      {entries.map(([label, value], index) => (
        <span key={label}>
          {index > 0 ? ", " : ""}
          <span className={classes.label}>{label}</span>="{value}"
        </span>
      ))}
      {entries.length > 0 || !name ? "}" : ""}
    </code>
  );
}
