import type { Css, StylesheetJson } from "cytoscape";
import type { GraphNode } from "../../server/contracts/index.ts";
import { nodeIcon } from "./node-icons.ts";
import type { Palette } from "./palette.ts";

// Shapes as in Kiali: a workload is a circle, a service a rounded triangle, a service entry a trapezoid. A gateway gets its own.
const shapes: Readonly<Record<GraphNode["kind"], Css.Node>> = {
  workload: { shape: "ellipse" },
  app: { shape: "round-rectangle" },
  service: { shape: "round-triangle", width: 52, height: 48, "background-offset-y": 5 },
  gateway: { shape: "round-hexagon", width: 54, height: 48 },
  unknown: { shape: "ellipse", "border-style": "dashed" },
  external: { shape: "polygon", "shape-polygon-points": "-0.62 -0.8 0.62 -0.8 1 0.8 -1 0.8" },
};
const kinds: readonly GraphNode["kind"][] = ["workload", "app", "service", "gateway", "unknown", "external"];

/** Kiali's gold for what "find" means; seen on light and on dark. */
const FOUND = "#e8a400";

export function stylesheet(palette: Palette): StylesheetJson {
  return [
    {
      selector: "node",
      style: {
        width: 46,
        height: 46,
        "background-color": palette.panel,
        "border-width": 2.5,
        "border-color": palette.health.idle,
        "background-width": "46%",
        "background-height": "46%",
        "background-image-opacity": 0.95,
        // Invisible: it only reserves the room that the label over the picture takes.
        label: "data(room)",
        "text-opacity": 0,
        "text-wrap": "wrap",
        "line-height": 1.35,
        "font-family": palette.fontFamily,
        "font-size": 12.5,
        "font-weight": 600,
        color: palette.text,
        "text-valign": "bottom",
        "text-margin-y": 5,
        "overlay-opacity": 0,
      },
    },
    ...kinds.map((kind) => ({
      selector: `node[kind = "${kind}"]`,
      style: { ...shapes[kind], "background-image": nodeIcon(kind, palette.text) },
    })),
    ...(["healthy", "degraded", "failing", "idle"] as const).map((health) => ({
      selector: `node[health = "${health}"]`,
      style: { "border-color": palette.health[health] },
    })),
    { selector: 'node[sidecar = "missing"]', style: { "border-style": "dashed" } },
    {
      selector: "node[?box]",
      style: {
        shape: "round-rectangle",
        "corner-radius": "14",
        "background-color": palette.accent,
        "background-opacity": 0.05,
        "border-width": 1,
        "border-color": palette.boxBorder,
        label: "data(label)",
        "font-size": 12,
        "font-weight": 600,
        color: palette.dim,
        "text-valign": "top",
        "text-margin-y": -5,
        "text-opacity": 1,
        padding: "18px",
        events: "no",
      },
    },
    {
      // Inside a namespace's: the versions of one application.
      selector: 'node[box = "app"]',
      style: { "corner-radius": "10", "border-style": "dashed", "background-color": palette.panel },
    },
    {
      selector: "edge",
      style: {
        width: 2,
        "curve-style": "bezier",
        "control-point-step-size": 60,
        "line-color": palette.mtls["no-traffic"],
        "target-arrow-color": palette.mtls["no-traffic"],
        "target-arrow-shape": "triangle",
        "arrow-scale": 0.9,
        "overlay-padding": 10,
        "overlay-opacity": 0,
        "target-distance-from-node": 3,
        "source-distance-from-node": 2,
      },
    },
    ...(["mtls", "mixed", "plaintext"] as const).map((state) => ({
      selector: `edge[mtls = "${state}"]`,
      style: { "line-color": palette.mtls[state], "target-arrow-color": palette.mtls[state] },
    })),
    {
      selector: 'edge[mtls = "no-traffic"]',
      style: { "line-style": "dashed", "line-dash-pattern": [5, 5], width: 1.5 },
    },
    { selector: "edge[rate > 0]", style: { width: "mapData(rate, 0, 20, 2, 5)" } },
    {
      selector: ".dense",
      style: {
        label: "data(label)",
        "text-opacity": 1,
        "font-size": 9,
        color: palette.text,
        "text-background-color": palette.panel,
      },
    },
    { selector: "edge.dense", style: { "text-background-opacity": 0.9, "text-background-padding": "2px" } },
    {
      selector: ".found",
      style: {
        "underlay-color": FOUND,
        "underlay-opacity": 0.5,
        "underlay-padding": 7,
        "underlay-shape": "ellipse",
      },
    },
    { selector: ".dimmed", style: { opacity: 0.16 } },
    {
      selector: "node:selected",
      style: {
        "underlay-color": palette.accent,
        "underlay-opacity": 0.28,
        "underlay-padding": 9,
        "underlay-shape": "ellipse",
      },
    },
    {
      selector: "edge:selected",
      style: {
        "underlay-color": palette.accent,
        "underlay-opacity": 0.3,
        "underlay-padding": 5,
        "z-index": 10,
      },
    },
  ];
}
