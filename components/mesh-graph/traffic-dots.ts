import type { GraphEdge } from "../../server/contracts/index.ts";
import type { GraphView } from "./graph-view.ts";

export interface TrafficDots {
  dispose(): void;
}

// Kiali's measure: one request per second is one dot per second. Above this a line of dots says no more than "busy".
const maxDotsPerSecond = 6;
// Bytes per second that make one dot per second on a TCP edge.
const bytesPerDot = 2_000;
const crossingMs = 1_800;
// Enough for dots that glide; a full frame rate would keep a laptop's fan running.
const frameMs = 40;

/** Dots that run along edges with traffic: round for answers, square for errors. Only while they can be seen. */
export function createTrafficDots(
  canvas: HTMLCanvasElement,
  view: GraphView,
  edges: () => readonly GraphEdge[],
): TrafficDots {
  const context = canvas.getContext("2d");
  let frame = 0;
  let drawn = 0;
  const draw = (now: number) => {
    frame = requestAnimationFrame(draw);
    if (!context || now - drawn < frameMs || canvas.clientWidth === 0) return;
    drawn = now;
    const ratio = window.devicePixelRatio;
    const width = Math.round(canvas.clientWidth * ratio);
    const height = Math.round(canvas.clientHeight * ratio);
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
    }
    const { zoom, pan } = view.viewport();
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, width, height);
    context.setTransform(ratio * zoom, 0, 0, ratio * zoom, ratio * pan.x, ratio * pan.y);
    const style = getComputedStyle(canvas);
    for (const edge of edges()) if (edge.rate > 0) drawEdge(edge, now, style);
  };
  const drawEdge = (edge: GraphEdge, now: number, style: CSSStyleDeclaration) => {
    const [from, middle, to] = view.pathOf(edge.id) ?? [];
    if (!context || !from || !middle || !to) return;
    const perSecond = Math.min(
      maxDotsPerSecond,
      edge.protocol === "tcp" ? edge.rate / bytesPerDot : edge.rate,
    );
    const spacingMs = 1000 / Math.max(0.2, perSecond);
    const newest = Math.floor(now / spacingMs);
    for (let index = newest; index * spacingMs > now - crossingMs; index -= 1) {
      const progress = (now - index * spacingMs) / crossingMs;
      // A quadratic curve through the middle of the edge: what cytoscape drew, to within a pixel.
      const control = { x: 2 * middle.x - (from.x + to.x) / 2, y: 2 * middle.y - (from.y + to.y) / 2 };
      const rest = 1 - progress;
      const x = rest * rest * from.x + 2 * rest * progress * control.x + progress * progress * to.x;
      const y = rest * rest * from.y + 2 * rest * progress * control.y + progress * progress * to.y;
      // Spread by the golden ratio, errors come at their rate without chance and without clumps.
      const failing = ((index * 0.618034) % 1) * 100 < edge.errorPercent;
      context.fillStyle = style.getPropertyValue(
        failing ? "--mw-failing" : `--mw-${lineNames[edge.mtls.state]}-line`,
      );
      context.beginPath();
      if (failing) context.rect(x - 3.5, y - 3.5, 7, 7);
      else context.arc(x, y, 3.6, 0, Math.PI * 2);
      context.fill();
    }
  };
  frame = requestAnimationFrame(draw);
  return { dispose: () => cancelAnimationFrame(frame) };
}

const lineNames = { mtls: "mtls", mixed: "mixed", plaintext: "plaintext", "no-traffic": "none" } as const;
