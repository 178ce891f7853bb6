import type { MeshGraphRequest } from "../../server/contracts/index.ts";
import { type BoxKind, boxKinds } from "./boxes.ts";
import { type GraphType, graphTypes } from "./regroup.ts";

/** What stands on an edge beside its badge. */
export const edgeLabels = ["rate", "distribution", "response-time", "throughput"] as const;
export type EdgeLabel = (typeof edgeLabels)[number];

/** How a learner wants to see the mesh; kept in the browser. */
export interface DisplayOptions {
  readonly type: GraphType;
  readonly labels: readonly EdgeLabel[];
  readonly boxes: readonly BoxKind[];
  /** Edges that are only configured. */
  readonly idleEdges: boolean;
  readonly hiddenNamespaces: readonly string[];
  readonly find: string;
  readonly hide: string;
}

export const defaultOptions: DisplayOptions = {
  ...{
    type: "workload",
    labels: ["rate"],
    boxes: boxKinds,
    idleEdges: true,
    hiddenNamespaces: [],
    find: "",
    hide: "",
  },
};

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((item) => typeof item === "string");

/** Of what an earlier version stored, too: anything unknown counts as not stored. */
export function isDisplayOptions(value: unknown): value is DisplayOptions {
  if (typeof value !== "object" || value === null) return false;
  const { type, labels, boxes, idleEdges, hiddenNamespaces, find, hide } = {
    ...defaultOptions,
    type: "",
    ...value,
  };
  return (
    graphTypes.some((known) => known === type) &&
    isTexts(labels) &&
    labels.every((label) => edgeLabels.some((known) => known === label)) &&
    isTexts(boxes) &&
    boxes.every((box) => boxKinds.some((known) => known === box)) &&
    typeof idleEdges === "boolean" &&
    isTexts(hiddenNamespaces) &&
    typeof find === "string" &&
    typeof hide === "string"
  );
}

/** What costs more queries is asked for only when it is shown. */
export function includeOf({ labels, find, hide }: DisplayOptions): NonNullable<MeshGraphRequest["include"]> {
  const asksTime = /\brt\b/i.test(`${find} ${hide}`);
  return [
    ...(labels.includes("response-time") || asksTime ? (["response-time"] as const) : []),
    ...(labels.includes("throughput") ? (["throughput"] as const) : []),
  ];
}
