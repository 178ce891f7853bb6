"use client";

import { Button, SegmentedControl, Switch } from "@mantine/core";
import { IconPlayerPlay } from "@tabler/icons-react";
import { type ReactNode, useEffect, useMemo, useState } from "react";
import type { MetricsQueryAnswer } from "../../server/contracts/index.ts";
import { Chart } from "../chart/index.ts";
import { useRead } from "../socket/index.ts";
import { EmptyState, PaneError, PaneFrame, PaneWarning, usePaneLinks } from "../ui/index.ts";
import { examples } from "./examples.ts";
import classes from "./metrics.module.css";
import { QueryField } from "./query-field.tsx";
import { ranges, stepOf } from "./ranges.ts";
import { ResultTable } from "./result-table.tsx";
import { seriesName } from "./series-name.ts";

const refreshMs = 5_000;

export function QueryView({ active, lead }: { active: boolean; lead: ReactNode }) {
  const [text, setText] = useState("");
  const [asked, setAsked] = useState<string>();
  const [form, setForm] = useState("graph");
  const [seconds, setSeconds] = useState(300);
  const [live, setLive] = useState(true);
  const wish = usePaneLinks().targetOf("metrics");
  useEffect(() => {
    if (wish?.query === undefined) return;
    setText(wish.query);
    setAsked(wish.query);
  }, [wish]);
  const range = { seconds, step: stepOf(seconds) };
  const { data, error, loading, again } = useRead(
    "metrics:query",
    { query: asked ?? "up", ...(form === "graph" ? { range } : {}) },
    { enabled: active && asked !== undefined, everyMs: live ? refreshMs : undefined },
  );
  const run = (query: string) => {
    const trimmed = query.trim();
    if (trimmed === "") return;
    setText(query);
    if (trimmed === asked) again();
    else setAsked(trimmed);
  };
  const bar = (
    <>
      {lead}
      <SegmentedControl
        size="xs"
        aria-label="Form of the result"
        value={form}
        onChange={setForm}
        data={[
          { value: "graph", label: "Graph" },
          { value: "table", label: "Table" },
        ]}
      />
      {form === "graph" ? (
        <SegmentedControl
          size="xs"
          aria-label="Time range"
          value={String(seconds)}
          onChange={(value) => setSeconds(Number(value))}
          data={[...ranges]}
        />
      ) : null}
      <Switch
        size="xs"
        label="Live"
        checked={live}
        onChange={(event) => setLive(event.currentTarget.checked)}
      />
    </>
  );
  return (
    <PaneFrame label="Metrics" test="metrics-query" bar={bar}>
      <div className={classes.ask}>
        <QueryField query={text} onChange={setText} onRun={() => run(text)} />
        <Button
          size="compact-sm"
          leftSection={<IconPlayerPlay size={14} aria-hidden />}
          loading={loading && asked !== undefined && data === undefined}
          onClick={() => run(text)}
          data-test="run-query"
        >
          Execute
        </Button>
      </div>
      {error ? <PaneError>{error}</PaneError> : null}
      {asked === undefined ? (
        <Examples onChoose={run} />
      ) : data ? (
        <Result answer={data} seconds={form === "graph" ? seconds : undefined} query={asked} />
      ) : error ? null : (
        <EmptyState title="Asking Prometheus…" />
      )}
    </PaneFrame>
  );
}

function Examples({ onChoose }: { onChoose: (query: string) => void }) {
  return (
    <EmptyState title="Ask the mesh's Prometheus anything">
      <p>Names and labels are completed from what it knows. Or start from one of these:</p>
      <ul className={classes.examples}>
        {examples.map(({ title, query }) => (
          <li key={title}>
            <button type="button" onClick={() => onChoose(query)}>
              {title}
            </button>
          </li>
        ))}
      </ul>
    </EmptyState>
  );
}

interface ResultProps {
  readonly answer: MetricsQueryAnswer;
  /** Of a graph; absent: a table. */
  readonly seconds: number | undefined;
  readonly query: string;
}

function Result({ answer, seconds, query }: ResultProps) {
  const lines = useMemo(
    () =>
      answer.status === "error"
        ? []
        : answer.series.map(({ labels, points }) => ({
            name: seriesName(labels),
            points: points.map(([time, value]): [number, number] => [time, Number(value)]),
          })),
    [answer],
  );
  if (answer.status === "error") return <PaneError>Error executing query: {answer.error}</PaneError>;
  const { series, total, warnings } = answer;
  return (
    <>
      {warnings.map((warning) => (
        <PaneWarning key={warning}>{warning}</PaneWarning>
      ))}
      {total > series.length ? (
        <PaneWarning>
          {series.length} of {total} series are shown; ask for fewer, e.g. with sum by (…).
        </PaneWarning>
      ) : null}
      {series.length === 0 ? (
        <EmptyState title="Empty query result">
          Prometheus knows no series that fits. A counter of requests appears after the first request.
        </EmptyState>
      ) : seconds !== undefined && answer.resultType === "matrix" ? (
        <div className={classes.graph} data-test="metrics-graph">
          <Chart label={`Result of ${query}`} lines={lines} unit="number" seconds={seconds} />
        </div>
      ) : (
        <ResultTable series={series} />
      )}
    </>
  );
}
