// The only file that knows cytoscape. Creates, updates and destroys one picture in one element, and tells where things
// stand, so that labels and badges can be ordinary elements of the page laid over it.
import cytoscape, { type Core, type EventObject } from "cytoscape";
import type { MeshGraph } from "../../server/contracts/index.ts";
import { type BoxKind, boxesOf, isBoxId } from "./boxes.ts";
import { toElements } from "./elements.ts";
import { maxOverlayElements, settleMs } from "./limits.ts";
import type { Palette } from "./palette.ts";
import { planPositions } from "./plan.ts";
import type { Point } from "./positions.ts";
import { stylesheet } from "./stylesheet.ts";

export interface Viewport {
  readonly zoom: number;
  readonly pan: Point;
}

export interface GraphViewOptions {
  readonly element: HTMLElement;
  readonly palette: Palette;
  /** Asked before something moves that could also jump. */
  motion(): boolean;
  onSelect(id: string | undefined): void;
  /** After every pan and zoom. */
  onViewport(viewport: Viewport): void;
  /** After anything moved: call `pointOf` again. */
  onMoved(): void;
}

export interface GraphView {
  /** With boxes of these kinds. */
  update(graph: MeshGraph, boxes: readonly BoxKind[]): void;
  restyle(palette: Palette): void;
  select(id: string | undefined): void;
  /** Marks what the learner looks for. */
  highlight(ids: ReadonlySet<string>): void;
  /** Where a node stands, or the middle of an edge, in the picture's own coordinates. */
  pointOf(id: string): Point | undefined;
  /** The path of an edge for moving dots, from its start to its end. */
  pathOf(id: string): readonly Point[] | undefined;
  viewport(): Viewport;
  fit(): void;
  zoomBy(factor: number): void;
  relayout(): void;
  dispose(): void;
}

const stylesheetId = "__________cytoscape_stylesheet";

/** cytoscape adds one rule in a style element without a nonce, unless an element of this id exists. globals.css has the rule. */
function keepFromInjectingStyle(): void {
  if (document.getElementById(stylesheetId)) return;
  const placeholder = document.createElement("meta");
  placeholder.id = stylesheetId;
  document.head.append(placeholder);
}

export function createGraphView(options: GraphViewOptions): GraphView {
  keepFromInjectingStyle();
  const { element } = options;
  const cy: Core = cytoscape({
    container: element,
    style: stylesheet(options.palette),
    minZoom: 0.25,
    maxZoom: 2.5,
    boxSelectionEnabled: false,
    selectionType: "single",
  });
  let movedByHand = false;
  /** A node was dragged: from then on every place is the learner's. */
  let touched = false;
  let last: { graph: MeshGraph; kinds: readonly BoxKind[] } | undefined;
  let frame = 0;
  /** Laid out while nobody could see it: for a panel of which no shape was known. */
  let blind = false;
  const visible = () => element.clientWidth > 40 && element.clientHeight > 40;
  const announceMove = () => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(options.onMoved);
  };
  const fitAll = () => {
    if (!visible() || cy.nodes().empty()) return;
    // A small graph is not blown up.
    cy.fit(undefined, 18);
    if (cy.zoom() > 1.2) {
      cy.zoom(1.2);
      cy.center();
    }
    movedByHand = false;
  };

  const revealSelected = () => {
    const selected = cy.elements(":selected");
    const box = selected.union(selected.connectedNodes()).renderedBoundingBox();
    const edge = 24;
    const x = Math.max(0, edge - box.x1) - Math.max(0, box.x2 + edge - element.clientWidth);
    const y = Math.max(0, edge - box.y1) - Math.max(0, box.y2 + edge - element.clientHeight);
    if (x !== 0 || y !== 0) cy.panBy({ x, y });
  };

  cy.on("pan zoom", () => options.onViewport({ zoom: cy.zoom(), pan: { ...cy.pan() } }));
  cy.on("dragpan pinchzoom scrollzoom", () => {
    movedByHand = true;
  });
  cy.on("position", announceMove);
  cy.on("dragfree", "node", () => {
    touched = true;
  });
  cy.on("tap", (event: EventObject) => {
    const id: string | undefined = event.target === cy ? undefined : event.target.id();
    options.onSelect(id !== undefined && isBoxId(id) ? undefined : id);
  });
  cy.on("mouseover", "node, edge", (event: EventObject) => {
    if (event.target.data("box")) return;
    const near = event.target.isNode()
      ? event.target.predecessors().union(event.target.successors()).union(event.target)
      : event.target.union(event.target.connectedNodes());
    cy.elements("[!box]").not(near).addClass("dimmed");
    element.dataset.hover = "true";
  });
  cy.on("mouseout", "node, edge", () => {
    cy.elements().removeClass("dimmed");
    delete element.dataset.hover;
  });
  /** Known nodes glide to their new places, so that the eye can follow them. */
  const glide = (from: ReadonlyMap<string, Point>) => {
    for (const node of cy.nodes("[!box]").toArray()) {
      const start = from.get(node.id());
      const end = { ...node.position() };
      if (!start || (start.x === end.x && start.y === end.y)) continue;
      node.position(start);
      node.animate({ position: end }, { duration: settleMs, easing: "ease-in-out" });
    }
  };
  const apply = (graph: MeshGraph, kinds: readonly BoxKind[], keep: boolean) => {
    last = { graph, kinds };
    const boxes = boxesOf(graph, kinds);
    // A glide under way ends at once: places are read below.
    cy.elements().stop(true, true);
    const elements = toElements(graph, boxes);
    if (!keep || cy.nodes().empty()) blind = !visible();
    const standing = new Map(cy.nodes("[!box]").map((node) => [node.id(), { ...node.position() }]));
    const { positions, grows, fresh } = planPositions({
      ...{ graph, boxes, elements },
      kept: keep ? standing : new Map(),
      drawn: new Set(cy.edges().map((edge) => edge.id())),
      touched: keep && touched,
      aspect: visible() ? element.clientWidth / element.clientHeight : 1,
    });
    const wanted = new Set(elements.map(({ data }) => data.id));
    const dense = elements.length > maxOverlayElements;
    cy.batch(() => {
      cy.elements()
        .filter((present) => !wanted.has(present.id()))
        .remove();
      for (const definition of elements) {
        const id = definition.data.id ?? "";
        const present = cy.getElementById(id);
        if (present.empty()) cy.add({ ...definition, position: positions.get(id) ?? { x: 0, y: 0 } });
        else {
          present.data(definition.data);
          const { parent } = definition.data;
          if (present.isNode() && present.parent().first().id() !== parent)
            present.move({ parent: typeof parent === "string" ? parent : null });
        }
      }
      if (fresh)
        for (const node of cy.nodes("[!box]").toArray())
          node.position(positions.get(node.id()) ?? { x: 0, y: 0 });
      cy.elements("[!box]").toggleClass("dense", dense);
    });
    if (grows && !movedByHand) fitAll();
    if (fresh && standing.size > 0 && options.motion()) glide(standing);
    announceMove();
  };

  const observer = new ResizeObserver(() => {
    if (!visible()) return;
    cy.resize();
    if (blind && !touched && last) apply(last.graph, last.kinds, false);
    // The why panel takes room beside the picture: what it is about stays in sight, at the size it had.
    if (cy.elements(":selected").nonempty()) revealSelected();
    else if (!movedByHand) fitAll();
    announceMove();
  });
  observer.observe(element);

  return {
    // Other boxes want other places.
    update: (graph, kinds) => apply(graph, kinds, last === undefined || last.kinds.join() === kinds.join()),
    restyle: (palette) => {
      cy.style(stylesheet(palette));
    },
    select: (id) => {
      cy.elements().unselect();
      if (id !== undefined) cy.getElementById(id).select();
    },
    highlight: (ids) => {
      cy.batch(() => {
        for (const element of cy.elements("[!box]").toArray())
          element.toggleClass("found", ids.has(element.id()));
      });
    },
    pointOf: (id) => {
      const node = cy.nodes().getElementById(id);
      const edge = cy.edges().getElementById(id);
      if (node.empty() && edge.empty()) return undefined;
      const point = node.nonempty() ? node.position() : edge.midpoint();
      return Number.isFinite(point?.x) && Number.isFinite(point?.y) ? { x: point.x, y: point.y } : undefined;
    },
    pathOf: (id) => {
      const found = cy.getElementById(id);
      if (found.empty() || !found.isEdge()) return undefined;
      const points = [found.sourceEndpoint(), found.midpoint(), found.targetEndpoint()];
      return points.every((point) => Number.isFinite(point?.x) && Number.isFinite(point?.y))
        ? points
        : undefined;
    },
    viewport: () => ({ zoom: cy.zoom(), pan: { ...cy.pan() } }),
    fit: fitAll,
    zoomBy: (factor) => {
      movedByHand = true;
      cy.zoom({
        level: cy.zoom() * factor,
        renderedPosition: { x: element.clientWidth / 2, y: element.clientHeight / 2 },
      });
    },
    relayout: () => {
      movedByHand = false;
      touched = false;
      if (last) apply(last.graph, last.kinds, false);
      fitAll();
    },
    dispose: () => {
      cancelAnimationFrame(frame);
      observer.disconnect();
      cy.destroy();
    },
  };
}
