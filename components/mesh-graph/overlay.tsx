import { IconShieldX } from "@tabler/icons-react";
import type { Ref } from "react";
import type { GraphEdge, GraphNode } from "../../server/contracts/index.ts";
import { bytesWords, edgeSentence, edgeWords, errorWords, rateWords, timeWords } from "./badge.ts";
import classes from "./mesh-graph.module.css";
import { MtlsBadge } from "./mtls-badge.tsx";
import { NodeBadges } from "./node-badges.tsx";
import type { EdgeLabel } from "./options.ts";
import { shareWords } from "./shares.ts";

interface NodeMarkProps {
  readonly node: GraphNode;
  readonly title: string;
  readonly markRef: Ref<HTMLDivElement>;
}

/** A node's name and state under its shape. The canvas takes the clicks. */
export function NodeMark({ node, title, markRef }: NodeMarkProps) {
  return (
    <div
      className={classes.nodeMark}
      ref={markRef}
      data-kind={node.kind}
      data-test={`node-${node.kind === "app" && node.version ? `${node.name}-${node.version}` : node.name}`}
      aria-hidden
    >
      <span className={classes.nodeName}>{title}</span>
      {node.badges ? <NodeBadges badges={node.badges} /> : null}
      {/* Nobody measures the health of what is not in the mesh. */}
      {node.kind === "unknown" ? null : (
        <span className={classes.nodeState} data-health={node.health}>
          {node.version && node.version !== title ? `${node.version} · ` : ""}
          <span className={classes.healthDot} />
          {node.health}
        </span>
      )}
      {node.sidecar === "missing" ? (
        <span className={classes.noSidecar}>
          <IconShieldX size={11} /> no sidecar
        </span>
      ) : null}
    </div>
  );
}

interface EdgeMarkProps {
  readonly edge: GraphEdge;
  readonly labels: readonly EdgeLabel[];
  /** Of what its caller sends, in percent; absent when it is all. */
  readonly share: number | undefined;
  readonly names: string;
  readonly selected: boolean;
  readonly markRef: Ref<HTMLButtonElement>;
  onSelect(): void;
}

/** The badge in the middle of an edge; a button, so that the why panel is reachable without a mouse. */
export function EdgeMark({ edge, labels, share, names, selected, markRef, onSelect }: EdgeMarkProps) {
  const rate = rateWords(edge);
  const errors = labels.includes("rate") ? errorWords(edge.errorPercent) : "";
  const lines = labelLines(edge, labels, share);
  return (
    <button
      type="button"
      ref={markRef}
      className={classes.edgeMark}
      data-selected={selected}
      data-test={`edge-${names.replace(" → ", "-to-").replace(" (no sidecar)", "")}`}
      data-mtls={edge.mtls.state}
      aria-pressed={selected}
      aria-label={`${names}: ${edgeSentence(edge)}${rate ? ` ${rate}.` : ""}${errors ? ` ${errors}.` : ""} Why?`}
      onClick={onSelect}
    >
      <MtlsBadge badge={edge.mtls} words={edgeWords(edge)} />
      {lines.length > 0 || errors ? (
        <span className={classes.rate}>
          {lines.map((line) => (
            <span key={line}>{line}</span>
          ))}
          {errors ? <span className={classes.errors}>{errors}</span> : null}
        </span>
      ) : null}
    </button>
  );
}

function labelLines(edge: GraphEdge, labels: readonly EdgeLabel[], share: number | undefined): string[] {
  const { responseMs, throughput } = edge;
  const lines: Readonly<Record<EdgeLabel, string>> = {
    rate: rateWords(edge),
    distribution: share === undefined ? "" : shareWords(share),
    "response-time": responseMs?.p95 === undefined ? "" : timeWords(responseMs.p95),
    throughput: throughput ? bytesWords(throughput.request + throughput.response) : "",
  };
  return labels.map((label) => lines[label]).filter(Boolean);
}
