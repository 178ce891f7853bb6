import { z } from "zod";
import type { GraphNode, MtlsState } from "../mesh-graph.ts";
import { classId } from "./class.ts";

/** Learners whose pictures one page follows at a time: as many as it shows. */
export const MAX_WALL_TILES = 200;

/** Whose pictures are on the screen now; none: no more. */
export const wallRequest = z.strictObject({
  class: classId,
  learners: z.array(z.string().min(1).max(64)).max(MAX_WALL_TILES),
});

export interface WallNode {
  readonly name: string;
  readonly kind: GraphNode["kind"];
  readonly health: GraphNode["health"];
  /** False: a workload that speaks for itself, without a proxy. */
  readonly meshed: boolean;
}

/** By the nodes' places in their list. */
export interface WallEdge {
  readonly from: number;
  readonly to: number;
  readonly mtls: MtlsState;
  readonly failing: boolean;
}

/** A learner's mesh as a small picture: what has traffic, and what fails. */
export interface WallTile {
  readonly learner: string;
  readonly nodes: readonly WallNode[];
  readonly edges: readonly WallEdge[];
  /** Nodes that found no room in the picture. */
  readonly more: number;
  /** Of all traffic that was seen. */
  readonly mesh: MtlsState;
  readonly requestsPerSecond: number;
}

export interface WallNews {
  readonly class: string;
  readonly tiles: readonly WallTile[];
}
