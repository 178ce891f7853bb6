"use client";

import { NativeSelect, SegmentedControl } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { useRead } from "../socket/index.ts";
import { EmptyState, PaneError, PaneFrame, ScrollRegion } from "../ui/index.ts";
import { DashboardPanel } from "./dashboard-panel.tsx";
import { type Dashboard, dashboards, fillIn } from "./dashboards.ts";
import classes from "./metrics.module.css";
import { ranges } from "./ranges.ts";

interface Props {
  readonly active: boolean;
  /** The head of the pane's bar. */
  readonly lead: ReactNode;
  onOpen(query: string): void;
}

export function DashboardsView({ active, lead, onOpen }: Props) {
  const [id, setId] = useState("mesh");
  const [seconds, setSeconds] = useState(300);
  const [chosen, setChosen] = useState("");
  const dashboard = dashboards.find((one) => one.id === id) ?? dashboards[0];
  const { subjects, error, read } = useSubjects(dashboard, active);
  if (!dashboard) return null;
  const subject = subjects.find(({ key }) => key === chosen) ?? subjects[0];
  const waiting = dashboard.subject !== undefined && subject === undefined;
  const bar = (
    <>
      {lead}
      <SegmentedControl
        size="xs"
        aria-label="Dashboard"
        value={id}
        onChange={setId}
        data={dashboards.map((one) => ({ value: one.id, label: one.title }))}
      />
      {dashboard.subject && subjects.length > 0 ? (
        <NativeSelect
          size="xs"
          aria-label={dashboard.title}
          value={subject?.key ?? ""}
          onChange={(event) => setChosen(event.currentTarget.value)}
          data={subjects.map(({ key, name, namespace }) => ({ value: key, label: `${name}.${namespace}` }))}
        />
      ) : null}
      <SegmentedControl
        size="xs"
        aria-label="Time range"
        value={String(seconds)}
        onChange={(value) => setSeconds(Number(value))}
        data={[...ranges]}
      />
    </>
  );
  return (
    <PaneFrame label="Metrics" test="metrics-dashboards" bar={bar}>
      {error ? <PaneError>{error}</PaneError> : null}
      {waiting && !error ? (
        <EmptyState title={read ? "No requests yet" : "Asking Prometheus…"}>
          {read ? "A service or workload can be chosen here after the first request to it." : null}
        </EmptyState>
      ) : null}
      {waiting ? null : (
        <ScrollRegion className={classes.dashboard} label={`${dashboard.title} dashboard`} test="dashboard">
          {dashboard.panels.map((panel) => {
            const query = fillIn(panel.query, subject);
            return (
              <DashboardPanel
                key={`${dashboard.id} ${panel.title}`}
                panel={panel}
                query={query}
                seconds={seconds}
                active={active}
                onOpen={() => onOpen(query)}
              />
            );
          })}
        </ScrollRegion>
      )}
    </PaneFrame>
  );
}

interface Subject {
  readonly key: string;
  readonly name: string;
  readonly namespace: string;
}

/** The services or workloads that requests were seen for. */
function useSubjects(dashboard: Dashboard | undefined, active: boolean) {
  const { name, namespace } = dashboard?.subject ?? { name: "job", namespace: "job" };
  const { data, error } = useRead(
    "metrics:query",
    { query: `group by (${name}, ${namespace}) (istio_requests_total)` },
    { enabled: active && dashboard?.subject !== undefined, everyMs: 15_000 },
  );
  const series = data?.status === "success" && dashboard?.subject ? data.series : [];
  const subjects = series
    .map(({ labels }): Subject => {
      const [label, space] = [labels[name] ?? "", labels[namespace] ?? ""];
      return { key: `${space}/${label}`, name: label, namespace: space };
    })
    .filter((subject) => subject.name !== "" && subject.name !== "unknown")
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  return {
    subjects,
    error: error ?? (data?.status === "error" ? data.error : undefined),
    read: data !== undefined,
  };
}
