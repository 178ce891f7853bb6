"use client";

import { type Ref, useEffect, useImperativeHandle, useMemo, useRef } from "react";
import type { MeshGraph } from "../../server/contracts/index.ts";
import { useDarkMode } from "../ui/index.ts";
import { type BoxKind, boxesOf } from "./boxes.ts";
import { titleOf } from "./elements.ts";
import { createGraphView, type GraphView, type Viewport } from "./graph-view.ts";
import { maxOverlayElements } from "./limits.ts";
import classes from "./mesh-graph.module.css";
import { nameIn } from "./names.ts";
import type { EdgeLabel } from "./options.ts";
import { EdgeMark, NodeMark } from "./overlay.tsx";
import { readPalette } from "./palette.ts";
import type { Point } from "./positions.ts";
import { sharesOf } from "./shares.ts";
import { createTrafficDots } from "./traffic-dots.ts";

export interface GraphCanvasHandle {
  fit(): void;
  zoomBy(factor: number): void;
  relayout(): void;
  /** Where a node stands in the picture. */
  pointOf(id: string): Point | undefined;
}

interface Props {
  readonly graph: MeshGraph;
  readonly found: ReadonlySet<string>;
  readonly labels: readonly EdgeLabel[];
  readonly boxes: readonly BoxKind[];
  readonly selected: string | undefined;
  readonly motion: boolean;
  readonly handle: Ref<GraphCanvasHandle>;
  onSelect(id: string | undefined): void;
}

/** The picture: shapes and lines on a canvas, names and badges as elements of the page moving with it. */
export function GraphCanvas({ graph, found, labels, boxes, selected, motion, handle, onSelect }: Props) {
  const dark = useDarkMode();
  const host = useRef<HTMLDivElement>(null);
  const layer = useRef<HTMLDivElement>(null);
  const dots = useRef<HTMLCanvasElement>(null);
  const view = useRef<GraphView>(undefined);
  const marks = useRef(new Map<string, HTMLElement>());
  const latest = useRef({ onSelect, graph, boxes, motion });
  latest.current = { onSelect, graph, boxes, motion };

  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const place = () => {
      for (const [id, mark] of marks.current) {
        const point = view.current?.pointOf(id);
        mark.hidden = point === undefined;
        if (point)
          mark.style.transform = `translate(${point.x}px, ${point.y}px) translate(-50%, var(--mark-rise)) scale(var(--mark-scale))`;
      }
    };
    const move = ({ zoom, pan }: Viewport) => {
      if (!layer.current) return;
      layer.current.style.transform = `translate(${pan.x}px, ${pan.y}px) scale(${zoom})`;
      // Zoomed out, words shrink less than the picture, as far as neighbours leave room.
      layer.current.style.setProperty("--mark-scale", String(Math.min(1.15, Math.max(1, 0.9 / zoom))));
    };
    const created = createGraphView({
      element,
      palette: readPalette(),
      motion: () => latest.current.motion,
      onSelect: (id) => latest.current.onSelect(id),
      onViewport: move,
      onMoved: place,
    });
    view.current = created;
    created.update(latest.current.graph, latest.current.boxes);
    move(created.viewport());
    return () => {
      created.dispose();
      view.current = undefined;
    };
  }, []);

  useEffect(() => {
    if (!motion || !dots.current || !view.current) return;
    const traffic = createTrafficDots(dots.current, view.current, () => latest.current.graph.edges);
    return () => traffic.dispose();
  }, [motion]);

  useEffect(() => view.current?.update(graph, boxes), [graph, boxes]);
  useEffect(() => view.current?.select(selected), [selected]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: an update may bring new elements to mark.
  useEffect(() => view.current?.highlight(found), [found, graph, boxes]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the page's colours changed with the theme.
  useEffect(() => {
    const frame = requestAnimationFrame(() => view.current?.restyle(readPalette()));
    return () => cancelAnimationFrame(frame);
  }, [dark]);
  useImperativeHandle(handle, () => ({
    fit: () => view.current?.fit(),
    zoomBy: (factor) => view.current?.zoomBy(factor),
    relayout: () => view.current?.relayout(),
    pointOf: (id) => view.current?.pointOf(id),
  }));

  const register = (id: string) => (element: HTMLElement | null) => {
    if (element) marks.current.set(id, element);
    else marks.current.delete(id);
  };
  const drawn = useMemo(() => boxesOf(graph, boxes), [graph, boxes]);
  const shares = useMemo(() => sharesOf(graph.edges), [graph]);
  const labelled = graph.nodes.length + graph.edges.length <= maxOverlayElements;
  return (
    <div className={classes.canvas} data-test="mesh-canvas">
      <div ref={host} className={classes.cytoscape} aria-hidden="true" />
      <canvas ref={dots} className={classes.dots} />
      <div ref={layer} className={classes.layer}>
        {labelled
          ? graph.nodes.map((node) => (
              <NodeMark key={node.id} node={node} title={titleOf(node, drawn)} markRef={register(node.id)} />
            ))
          : null}
        {labelled
          ? graph.edges.map((edge) => (
              <EdgeMark
                key={edge.id}
                edge={edge}
                labels={labels}
                share={shares.get(edge.id)}
                selected={edge.id === selected}
                markRef={register(edge.id)}
                names={namesOf(graph, edge.source, edge.target)}
                onSelect={() => onSelect(edge.id === selected ? undefined : edge.id)}
              />
            ))
          : null}
      </div>
    </div>
  );
}

const namesOf = (graph: MeshGraph, source: string, target: string): string =>
  `${nameIn(graph, source)} → ${nameIn(graph, target)}`;
