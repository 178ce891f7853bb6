"use client";

import { Button, SegmentedControl, TextInput } from "@mantine/core";
import { IconArrowsDiff, IconCamera, IconRefresh, IconRoute } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { PodChoice, podKey, usePods } from "../objects/index.ts";
import { EmptyState, PaneError, PaneFrame, type PaneProps, ToolButton, usePaneLinks } from "../ui/index.ts";
import { Comparison } from "./comparison.tsx";
import { ConfigTree } from "./config-tree.tsx";
import classes from "./envoy.module.css";
import { clusterSteps, listenerSteps, routeSteps } from "./steps.ts";
import { useProxy } from "./use-proxy.ts";

type View = "listeners" | "routes" | "clusters" | "compare";
const isView = (value: string): value is View =>
  ["listeners", "routes", "clusters", "compare"].includes(value);

/** What one proxy executes, from its doors to its endpoints; and what changed since a moment that was kept. */
export function EnvoyPane({ ready, shown }: PaneProps) {
  const active = ready && shown;
  const wish = usePaneLinks().targetOf("envoy");
  const { pods, pod, read, error, choose } = usePods({ active, wish, container: "istio-proxy" });
  const proxy = useProxy(pod, active);
  const [view, setView] = useState<View>("listeners");
  const [filter, setFilter] = useState("");
  const { now, kept } = proxy;
  const steps = useMemo(() => {
    if (!now || view === "compare") return [];
    const all = { listeners: listenerSteps, routes: routeSteps, clusters: clusterSteps }[view](now.config);
    const wanted = filter.trim().toLowerCase();
    return all.filter(({ id, label }) => wanted === "" || `${id} ${label}`.toLowerCase().includes(wanted));
  }, [now, view, filter]);

  const bar = (
    <>
      {pods.length > 0 ? (
        <PodChoice pods={pods} value={pod && podKey(pod)} onChange={choose} />
      ) : (
        <h2 className={classes.title}>Envoy</h2>
      )}
      <SegmentedControl
        size="xs"
        aria-label="What is shown of the proxy"
        value={view}
        onChange={(next) => {
          if (isView(next)) setView(next);
        }}
        data={[
          { value: "listeners", label: "Listeners" },
          { value: "routes", label: "Routes" },
          { value: "clusters", label: "Clusters" },
          ...(kept ? [{ value: "compare", label: "Compare" }] : []),
        ]}
      />
      {view === "compare" ? null : (
        <TextInput
          size="xs"
          className={classes.filter}
          aria-label="Filter by name"
          placeholder="Filter"
          value={filter}
          onChange={(event) => setFilter(event.currentTarget.value)}
        />
      )}
      <div className={classes.tools}>
        <Button
          size="compact-xs"
          variant="default"
          leftSection={kept ? <IconArrowsDiff size={13} aria-hidden /> : <IconCamera size={13} aria-hidden />}
          disabled={!now}
          data-test="envoy-keep"
          onClick={() => {
            if (kept) setView("compare");
            else proxy.keep();
          }}
        >
          {kept ? `Compare with ${clock(kept.at)}` : "Keep this moment"}
        </Button>
        <ToolButton label="Read the proxy again" onClick={proxy.again}>
          <IconRefresh size={15} />
        </ToolButton>
      </div>
    </>
  );

  return (
    <PaneFrame label="Envoy" test="envoy" bar={bar}>
      {error || proxy.error ? <PaneError>{error ?? proxy.error}</PaneError> : null}
      {!ready || !read ? (
        error ? null : (
          <EmptyState title={ready ? "Looking for proxies…" : "Waiting for the workspace…"} />
        )
      ) : pods.length === 0 ? (
        <EmptyState icon={<IconRoute size={34} stroke={1.2} aria-hidden />} title="No proxy yet">
          No pod has a sidecar. Label a namespace with istio-injection=enabled and restart its workloads.
        </EmptyState>
      ) : !now ? (
        proxy.error ? null : (
          <EmptyState title="Reading the proxy…" />
        )
      ) : view === "compare" && kept ? (
        <Comparison
          before={kept}
          after={now}
          onForget={() => {
            proxy.forget();
            setView("listeners");
          }}
        />
      ) : (
        <ConfigTree
          key={view}
          steps={steps}
          label={`${view} of ${pod?.name ?? "the proxy"}`}
          readAt={clock(now.at)}
        />
      )}
    </PaneFrame>
  );
}

const clock = (at: number): string => new Date(at).toLocaleTimeString();
