"use client";

import { SegmentedControl } from "@mantine/core";
import { useEffect, useState } from "react";
import { type PaneProps, usePaneLinks } from "../ui/index.ts";
import { DashboardsView } from "./dashboards-view.tsx";
import classes from "./metrics.module.css";
import { QueryView } from "./query-view.tsx";

/** Prometheus beside the terminal: any query, and dashboards whose every panel is one. */
export function MetricsPane({ ready, shown }: PaneProps) {
  const [view, setView] = useState("query");
  const links = usePaneLinks();
  const wish = links.targetOf("metrics");
  useEffect(() => {
    if (wish?.query !== undefined) setView("query");
  }, [wish]);
  const active = ready && shown;
  const lead = (
    <>
      <h2 className={classes.title}>Prometheus</h2>
      <SegmentedControl
        size="xs"
        aria-label="What is shown of the metrics"
        value={view}
        onChange={setView}
        data={[
          { value: "query", label: "Query" },
          { value: "dashboards", label: "Dashboards" },
        ]}
      />
    </>
  );
  return (
    <div className={classes.pane} data-test="metrics">
      <div className={classes.view} hidden={view !== "query"}>
        <QueryView lead={lead} active={active && view === "query"} />
      </div>
      {view === "dashboards" ? (
        <div className={classes.view}>
          <DashboardsView lead={lead} active={active} onOpen={(query) => links.open("metrics", { query })} />
        </div>
      ) : null}
    </div>
  );
}
