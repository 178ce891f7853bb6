"use client";

import { ActionIcon, SegmentedControl, Tooltip, VisuallyHidden } from "@mantine/core";
import {
  IconAffiliate,
  IconAlertTriangle,
  IconFocusCentered,
  IconInfoCircle,
  IconMinus,
  IconPlayerPause,
  IconPlayerPlay,
  IconPlus,
  IconSitemap,
  IconTable,
} from "@tabler/icons-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { badgeSentence, meshWords } from "./badge.ts";
import { GraphCanvas, type GraphCanvasHandle } from "./graph-canvas.tsx";
import { GraphTable } from "./graph-table.tsx";
import { Legend } from "./legend.tsx";
import classes from "./mesh-graph.module.css";
import { MtlsBadge } from "./mtls-badge.tsx";
import { useMeshGraph } from "./use-mesh-graph.ts";
import { WhyPanel } from "./why-panel.tsx";

interface Props {
  /** The workspace is ready. */
  readonly ready: boolean;
  /** The panel is open; a hidden one asks for nothing. */
  readonly shown: boolean;
  onRun(command: string): void;
}

const windows = [
  { value: "30", label: "30 s" },
  { value: "60", label: "1 min" },
  { value: "300", label: "5 min" },
];

export function MeshGraphPane({ ready, shown, onRun }: Props) {
  const [windowSeconds, setWindowSeconds] = useState(30);
  const [form, setForm] = useState<"picture" | "table">("picture");
  const [legend, setLegend] = useState(false);
  const [selected, setSelected] = useState<string>();
  const [motion, setMotion] = useMotion();
  const canvas = useRef<GraphCanvasHandle>(null);
  const { graph, error, changes } = useMeshGraph(windowSeconds, ready && shown);

  return (
    <section className={classes.pane} aria-label="Mesh graph" data-test="mesh-graph">
      <header className={classes.bar}>
        <IconAffiliate size={16} aria-hidden />
        <h2>Whole mesh</h2>
        {graph ? (
          <span
            className={classes.meshBadge}
            title={badgeSentence(graph.mesh)}
            data-test="mesh-badge"
            data-state={graph.mesh.state}
          >
            <MtlsBadge badge={graph.mesh} words={meshWords(graph.mesh)} large />
          </span>
        ) : null}
        <div className={classes.tools}>
          <SegmentedControl
            size="xs"
            aria-label="Time window"
            value={String(windowSeconds)}
            onChange={(value) => setWindowSeconds(Number(value))}
            data={windows}
          />
          {form === "picture" ? (
            <>
              <Tool label="Zoom in" onClick={() => canvas.current?.zoomBy(1.25)}>
                <IconPlus size={15} />
              </Tool>
              <Tool label="Zoom out" onClick={() => canvas.current?.zoomBy(0.8)}>
                <IconMinus size={15} />
              </Tool>
              <Tool label="Show everything" onClick={() => canvas.current?.fit()}>
                <IconFocusCentered size={15} />
              </Tool>
              <Tool label="Lay out anew" onClick={() => canvas.current?.relayout()}>
                <IconSitemap size={15} />
              </Tool>
              <Tool
                label={motion ? "Stop the moving dots" : "Show traffic as moving dots"}
                onClick={() => setMotion(!motion)}
              >
                {motion ? <IconPlayerPause size={15} /> : <IconPlayerPlay size={15} />}
              </Tool>
            </>
          ) : null}
          <Tool
            label="Show as a table"
            pressed={form === "table"}
            onClick={() => setForm(form === "table" ? "picture" : "table")}
          >
            <IconTable size={15} />
          </Tool>
          <Tool label="Legend" pressed={legend} onClick={() => setLegend(!legend)}>
            <IconInfoCircle size={15} />
          </Tool>
        </div>
      </header>
      {graph?.warnings.map((warning) => (
        <p key={warning} className={classes.warning} role="status">
          <IconAlertTriangle size={14} aria-hidden /> {warning}
        </p>
      ))}
      {error && graph ? (
        <p className={classes.warning} role="status" data-test="mesh-stale">
          <IconAlertTriangle size={14} aria-hidden /> This picture is not fresh: {error}
        </p>
      ) : null}
      <div className={classes.body}>
        <div className={classes.stage}>
          {!graph ? (
            <Empty
              title={
                error
                  ? "The graph could not be read"
                  : ready
                    ? "Reading the mesh…"
                    : "Waiting for the workspace…"
              }
            >
              {error ?? "Services and workloads appear here as soon as the cluster answers."}
            </Empty>
          ) : graph.nodes.length === 0 ? (
            <Empty title="Nothing in the mesh yet">
              Deploy something, or label a namespace for sidecar injection. What you deploy appears here by
              itself.
            </Empty>
          ) : form === "picture" ? (
            <>
              <GraphCanvas
                graph={graph}
                selected={selected}
                motion={motion}
                handle={canvas}
                onSelect={setSelected}
              />
              <VisuallyHidden>
                <GraphTable graph={graph} selected={selected} onSelect={setSelected} />
              </VisuallyHidden>
            </>
          ) : (
            <GraphTable graph={graph} selected={selected} onSelect={setSelected} />
          )}
          {legend ? <Legend /> : null}
        </div>
        {selected !== undefined && graph ? (
          <WhyPanel graph={graph} selected={selected} onClose={() => setSelected(undefined)} onRun={onRun} />
        ) : null}
      </div>
      <div className={classes.news} role="log" aria-label="Changes in the mesh" data-test="mesh-news">
        {changes.length > 0
          ? changes.map(({ id, sentence }) => <p key={id}>{sentence}</p>)
          : graph
            ? "What changes in the mesh is said here."
            : null}
      </div>
    </section>
  );
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

interface ToolProps {
  readonly label: string;
  readonly pressed?: boolean;
  readonly children: ReactNode;
  onClick(): void;
}

function Tool({ label, pressed, children, onClick }: ToolProps) {
  return (
    <Tooltip label={label} openDelay={400}>
      <ActionIcon
        variant={pressed ? "light" : "subtle"}
        color={pressed ? undefined : "gray"}
        size={26}
        aria-label={label}
        aria-pressed={pressed}
        onClick={onClick}
      >
        {children}
      </ActionIcon>
    </Tooltip>
  );
}
