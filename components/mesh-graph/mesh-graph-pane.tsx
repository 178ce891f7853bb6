"use client";

import { VisuallyHidden } from "@mantine/core";
import { IconAffiliate, IconAlertTriangle } from "@tabler/icons-react";
import { type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import { useTranslations } from "use-intl";
import type { RequestHop } from "../../server/contracts/index.ts";
import { ChangePanel, useTimeline } from "../timeline/index.ts";
import { TrafficPanel, useTrafficRun } from "../traffic/index.ts";
import { recall, remember, usePaneLinks } from "../ui/index.ts";
import { boxesOf } from "./boxes.ts";
import { nodeWished } from "./further.ts";
import { GraphCanvas, type GraphCanvasHandle } from "./graph-canvas.tsx";
import { GraphTable } from "./graph-table.tsx";
import { Legend } from "./legend.tsx";
import classes from "./mesh-graph.module.css";
import { type DisplayOptions, defaultOptions, includeOf, isDisplayOptions } from "./options.ts";
import { readPalette } from "./palette.ts";
import { pictureSvg } from "./picture.ts";
import { Replay } from "./replay.tsx";
import { savePng, saveSvg } from "./save-picture.ts";
import { Toolbar } from "./toolbar.tsx";
import { useMeshGraph } from "./use-mesh-graph.ts";
import { visibleGraph } from "./visible-graph.ts";
import { walkedOf } from "./walked.ts";
import { WhyPanel } from "./why-panel.tsx";

interface Props {
  /** The workspace is ready. */
  readonly ready: boolean;
  /** The panel is open; a hidden one asks for nothing. */
  readonly shown: boolean;
  onRun(command: string): void;
}

export function MeshGraphPane({ ready, shown, onRun }: Props) {
  const t = useTranslations("mesh");
  const [windowSeconds, setWindowSeconds] = useState(30);
  const [form, setForm] = useState<"picture" | "table">("picture");
  const [legend, setLegend] = useState(false);
  const [selected, setSelected] = useState<string>();
  const [motion, setMotion] = useMotion();
  const canvas = useRef<GraphCanvasHandle>(null);
  const [options, setOptions] = useOptions();
  const [replaying, setReplaying] = useState(false);
  const [at, setAt] = useState<number>();
  const timeline = useTimeline({ shown, open: replaying }, windowSeconds);
  const past = timeline.at ?? at;
  const include = includeOf(options);
  const { graph, error, changes } = useMeshGraph(
    {
      windowSeconds,
      ...(replaying && past !== undefined && { at: past }),
      ...(include.length > 0 && { include }),
    },
    ready && shown,
  );
  const seen = useMemo(() => (graph ? visibleGraph(graph, options) : undefined), [graph, options]);
  const wish = usePaneLinks().targetOf("mesh");
  const answered = useRef<number>(undefined);
  useEffect(() => {
    if (!wish || !seen || answered.current === wish.stamp) return;
    answered.current = wish.stamp;
    setSelected(nodeWished(seen.graph, wish));
  }, [wish, seen]);
  const [sending, setSending] = useState(false);
  const run = useTrafficRun({ ready, seen: shown && sending });
  const [hops, setHops] = useState<readonly RequestHop[]>([]);
  const marked = useMemo(() => {
    if (!graph || !seen || hops.length === 0) return seen?.found ?? nothing;
    return new Set([...seen.found, ...walkedOf(graph, { graph: seen.graph, type: options.type }, hops)]);
  }, [graph, seen, hops, options.type]);
  const picture = () => {
    if (!seen) return undefined;
    const caption = `${new Date(seen.graph.generatedAt).toLocaleString()} · last ${seen.graph.windowSeconds} s`;
    const pointOf = (id: string) => canvas.current?.pointOf(id);
    return pictureSvg({
      graph: seen.graph,
      boxes: boxesOf(seen.graph, options.boxes),
      palette: readPalette(),
      pointOf,
      caption,
    });
  };
  const save = (format: "svg" | "png") => {
    const svg = picture();
    if (!svg) return;
    const name = `mesh-${new Date().toISOString().slice(0, 19).replaceAll(":", "-")}`;
    if (format === "svg") saveSvg(name, svg);
    else void savePng(name, svg).catch(() => saveSvg(name, svg));
  };

  return (
    <section className={classes.pane} aria-label={t("label")} data-test="mesh-graph">
      <Toolbar
        graph={graph}
        seen={seen}
        canvas={canvas}
        windowSeconds={windowSeconds}
        onWindow={setWindowSeconds}
        options={options}
        onOptions={setOptions}
        form={form}
        onForm={setForm}
        motion={motion}
        onMotion={setMotion}
        legend={legend}
        onLegend={setLegend}
        replaying={replaying}
        onReplay={setReplaying}
        sending={sending}
        running={run.state?.running === true}
        onSending={setSending}
        onSave={save}
      />
      {replaying ? <Replay timeline={timeline} onFrame={setAt} onClose={() => setReplaying(false)} /> : null}
      {graph?.warnings.map((warning) => (
        <p key={warning} className={classes.warning} role="status">
          <IconAlertTriangle size={14} aria-hidden /> {warning}
        </p>
      ))}
      {error && graph ? (
        <p className={classes.warning} role="status" data-test="mesh-stale">
          <IconAlertTriangle size={14} aria-hidden /> {t("stale", { error })}
        </p>
      ) : null}
      <div className={classes.body}>
        <div className={classes.stage}>
          {!graph || !seen ? (
            <Empty title={t(error ? "empty.unread" : ready ? "empty.reading" : "empty.waiting")}>
              {error ?? t("empty.soon")}
            </Empty>
          ) : graph.nodes.length === 0 ? (
            <Empty title={t("empty.nothing")}>{t("empty.deploy")}</Empty>
          ) : seen.graph.nodes.length === 0 ? (
            <Empty title={t("empty.hidden")}>{t("empty.change")}</Empty>
          ) : form === "picture" ? (
            <>
              <GraphCanvas
                graph={seen.graph}
                found={marked}
                labels={options.labels}
                boxes={options.boxes}
                selected={selected}
                motion={motion}
                handle={canvas}
                onSelect={setSelected}
              />
              <VisuallyHidden>
                <GraphTable graph={seen.graph} selected={selected} onSelect={setSelected} />
              </VisuallyHidden>
            </>
          ) : (
            <GraphTable graph={seen.graph} selected={selected} onSelect={setSelected} />
          )}
          {legend ? <Legend /> : null}
        </div>
        {selected !== undefined && seen ? (
          <WhyPanel
            graph={seen.graph}
            selected={selected}
            onClose={() => setSelected(undefined)}
            onRun={onRun}
          />
        ) : timeline.chosen ? (
          <ChangePanel
            group={timeline.chosen}
            side={timeline.side}
            onSide={timeline.setSide}
            onClose={() => timeline.choose(undefined)}
          />
        ) : sending ? (
          <TrafficPanel
            ready={ready}
            run={run}
            onClose={() => setSending(false)}
            onRun={onRun}
            onWalked={setHops}
          />
        ) : null}
      </div>
      <div className={classes.news} role="log" aria-label={t("news.label")} data-test="mesh-news">
        {changes.length > 0
          ? changes.map(({ id, sentence }) => <p key={id}>{sentence}</p>)
          : graph
            ? t("news.none")
            : null}
      </div>
    </section>
  );
}

const nothing: ReadonlySet<string> = new Set();

/** Read after the first paint: the server does not know what a browser remembers. */
function useOptions(): [DisplayOptions, (options: DisplayOptions) => void] {
  const [options, setOptions] = useState(defaultOptions);
  useEffect(() => {
    const kept = recall("graph-display", isDisplayOptions);
    if (kept) setOptions({ ...defaultOptions, ...kept });
  }, []);
  return [
    options,
    (changed) => {
      setOptions(changed);
      remember("graph-display", changed);
    },
  ];
}

/** Moving dots, unless the system asks for less motion; the button decides from then on. */
function useMotion(): [boolean, (motion: boolean) => void] {
  const [motion, setMotion] = useState(false);
  useEffect(() => setMotion(!window.matchMedia("(prefers-reduced-motion: reduce)").matches), []);
  return [motion, setMotion];
}

function Empty({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className={classes.empty} role="status">
      <IconAffiliate size={34} stroke={1.2} aria-hidden />
      <strong>{title}</strong>
      <p>{children}</p>
    </div>
  );
}
