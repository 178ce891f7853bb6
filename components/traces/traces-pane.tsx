"use client";

import { Button } from "@mantine/core";
import { IconArrowLeft, IconGitCompare, IconTimeline } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import type { TracesSearch } from "../../server/contracts/index.ts";
import { useRead } from "../socket/index.ts";
import { EmptyState, PaneError, PaneFrame, type PaneProps, usePaneLinks } from "../ui/index.ts";
import { TraceComparison } from "./comparison.tsx";
import { SearchForm } from "./search-form.tsx";
import { TraceList } from "./trace-list.tsx";
import { TraceView } from "./trace-view.tsx";
import classes from "./traces.module.css";

const refreshMs = 5_000;

/** Jaeger beside the terminal: search, list, waterfall. */
export function TracesPane({ ready, shown }: PaneProps) {
  const active = ready && shown;
  const wish = usePaneLinks().targetOf("traces");
  const [search, setSearch] = useState<TracesSearch>();
  const [trace, setTrace] = useState<string>();
  /** Kept to be compared with the next one that is chosen. */
  const [kept, setKept] = useState<string>();
  const services = useRead("traces:services", {}, { enabled: active, everyMs: 15_000 });
  useEffect(() => {
    if (wish?.trace !== undefined) setTrace(wish.trace);
    if (wish?.service !== undefined) {
      setTrace(undefined);
      setSearch({ service: wish.service, lookbackSeconds: 3_600, limit: 20 });
    }
  }, [wish]);
  const names = services.data?.services ?? [];
  const found = useRead("traces:search", search ?? { service: "none", lookbackSeconds: 60, limit: 1 }, {
    enabled: active && search !== undefined && trace === undefined,
    everyMs: refreshMs,
  });
  const trouble = services.error ?? (search && trace === undefined ? found.error : undefined);

  if (trace !== undefined)
    return (
      <PaneFrame
        label="Traces"
        test="traces"
        bar={
          <>
            <Button
              size="compact-xs"
              variant="default"
              leftSection={<IconArrowLeft size={13} aria-hidden />}
              onClick={() => setTrace(undefined)}
            >
              Traces
            </Button>
            <code className={classes.id}>
              {kept === undefined || kept === trace ? trace : `${kept} · ${trace}`}
            </code>
            <Button
              size="compact-xs"
              variant="default"
              leftSection={<IconGitCompare size={13} aria-hidden />}
              data-test="trace-compare"
              onClick={() => {
                setKept(kept === undefined ? trace : undefined);
                if (kept === undefined) setTrace(undefined);
              }}
            >
              {kept === undefined || kept === trace ? "Compare with…" : "End the comparison"}
            </Button>
          </>
        }
      >
        {kept === undefined || kept === trace ? (
          <TraceView id={trace} active={active} />
        ) : (
          <TraceComparison left={kept} right={trace} active={active} />
        )}
      </PaneFrame>
    );
  return (
    <PaneFrame
      label="Traces"
      test="traces"
      bar={<SearchForm services={names} active={active} initial={search} onSearch={setSearch} />}
    >
      {trouble ? <PaneError>{trouble}</PaneError> : null}
      {kept !== undefined ? (
        <p className={classes.kept} role="status" data-test="trace-kept">
          Choose the trace to compare <code>{kept}</code> with.
          <Button size="compact-xs" variant="default" onClick={() => setKept(undefined)}>
            Not now
          </Button>
        </p>
      ) : null}
      {!ready ? (
        <EmptyState title="Waiting for the workspace…" />
      ) : services.error ? null : services.data === undefined ? (
        <EmptyState title="Asking Jaeger…" />
      ) : names.length === 0 ? (
        <EmptyState icon={<IconTimeline size={34} stroke={1.2} aria-hidden />} title="No traces yet">
          Jaeger is there and waits. The mesh sends it what meshConfig or a Telemetry object says, one request
          in a hundred by default: set the sampling to 100 for this, then send some requests.
        </EmptyState>
      ) : search === undefined ? (
        <EmptyState icon={<IconTimeline size={34} stroke={1.2} aria-hidden />} title="Find a request">
          Choose a service and search; each line is one request on its way through the mesh.
        </EmptyState>
      ) : found.data ? (
        found.data.traces.length > 0 ? (
          <TraceList traces={found.data.traces} onSelect={setTrace} />
        ) : (
          <EmptyState title="No traces found">
            No request of {search.service} fits within this time. Search for less, or send a request.
          </EmptyState>
        )
      ) : found.error ? null : (
        <EmptyState title="Searching…" />
      )}
    </PaneFrame>
  );
}
