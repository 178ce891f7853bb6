"use client";

import {
  IconAffiliate,
  IconBox,
  IconChartLine,
  IconEdit,
  IconFileText,
  IconRoute,
  IconTimeline,
} from "@tabler/icons-react";
import dynamic from "next/dynamic";
import { type ComponentType, type KeyboardEvent, useRef } from "react";
import { useTranslations } from "use-intl";
import { type PaneName, type PaneProps, paneNames, useViewer, useWorkspace } from "../ui/index.ts";
import classes from "./pane-tabs.module.css";

function Loading() {
  const t = useTranslations("panes");
  return <p className={classes.loading}>{t("loading")}</p>;
}
const loading = () => <Loading />;

// Each pane brings its own library; it comes when it is first looked at, the page works before.
const panes: Readonly<Record<PaneName, ComponentType<PaneProps>>> = {
  mesh: dynamic(() => import("../mesh-graph/index.ts").then((part) => part.MeshGraphPane), {
    ssr: false,
    loading,
  }),
  metrics: dynamic(() => import("../metrics/index.ts").then((part) => part.MetricsPane), {
    ssr: false,
    loading,
  }),
  traces: dynamic(() => import("../traces/index.ts").then((part) => part.TracesPane), {
    ssr: false,
    loading,
  }),
  logs: dynamic(() => import("../logs/index.ts").then((part) => part.LogsPane), { ssr: false, loading }),
  envoy: dynamic(() => import("../envoy/index.ts").then((part) => part.EnvoyPane), { ssr: false, loading }),
  cluster: dynamic(() => import("../cluster/index.ts").then((part) => part.ClusterPane), {
    ssr: false,
    loading,
  }),
  editor: dynamic(() => import("../editor/index.ts").then((part) => part.EditorPane), {
    ssr: false,
    loading,
  }),
};

const icons: Readonly<Record<PaneName, typeof IconAffiliate>> = {
  mesh: IconAffiliate,
  metrics: IconChartLine,
  traces: IconTimeline,
  logs: IconFileText,
  envoy: IconRoute,
  cluster: IconBox,
  editor: IconEdit,
};

// Only a real cluster can run the originals, and few learners have one.
const OriginalsMenu = dynamic(() => import("./originals-menu.tsx").then((part) => part.OriginalsMenu), {
  ssr: false,
});

interface Props extends PaneProps {
  readonly current: PaneName;
  /** Panes that were looked at: they stay as they were left. */
  readonly visited: readonly PaneName[];
  onSelect(pane: PaneName): void;
}

export function PaneTabs({ current, visited, onSelect, shown, ...pane }: Props) {
  const t = useTranslations("panes");
  const { status } = useWorkspace();
  // In a class the shell runs on the server: a port forwarded there is not the learner's.
  const own = useViewer() === undefined && status?.cluster.kind === "real";
  const tabs = useRef<HTMLDivElement>(null);
  const handleKey = (event: KeyboardEvent) => {
    const at = paneNames.indexOf(current);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: paneNames.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = paneNames[(to + paneNames.length) % paneNames.length] ?? "mesh";
    onSelect(next);
    tabs.current?.querySelector<HTMLElement>(`#pane-tab-${next}`)?.focus();
  };
  return (
    <div className={classes.panes} data-tour="panes">
      <div className={classes.head}>
        <div className={classes.tabs} role="tablist" aria-label={t("all")} ref={tabs} onKeyDown={handleKey}>
          {paneNames.map((name) => {
            const Icon = icons[name];
            return (
              <button
                key={name}
                type="button"
                role="tab"
                id={`pane-tab-${name}`}
                data-test={`pane-tab-${name}`}
                className={classes.tab}
                aria-selected={name === current}
                aria-controls={visited.includes(name) ? `pane-${name}` : undefined}
                tabIndex={name === current ? 0 : -1}
                onClick={() => onSelect(name)}
              >
                <Icon size={15} aria-hidden />
                {t(`names.${name}`)}
              </button>
            );
          })}
        </div>
        {own ? <OriginalsMenu pane={current} active={pane.ready && shown} onRun={pane.onRun} /> : null}
      </div>
      {visited.map((name) => {
        const Pane = panes[name];
        return (
          <div
            key={name}
            id={`pane-${name}`}
            role="tabpanel"
            aria-labelledby={`pane-tab-${name}`}
            className={classes.pane}
            hidden={name !== current}
          >
            <Pane {...pane} shown={shown && name === current} />
          </div>
        );
      })}
    </div>
  );
}
