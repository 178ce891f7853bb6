"use client";

import { IconPlayerPlayFilled } from "@tabler/icons-react";
import type { ReactNode } from "react";
import type {
  EdgeFailure,
  GraphEdge,
  GraphNode,
  MeshGraph,
  MtlsReason,
} from "../../server/contracts/index.ts";
import { SidePanel } from "../ui/index.ts";
import { badgeSentence, bytesWords, errorWords, rateWords, timeWords } from "./badge.ts";
import { evidenceCommands } from "./evidence.ts";
import { explainFailure } from "./flags.ts";
import { MtlsBadge } from "./mtls-badge.tsx";
import { displayName, nameIn } from "./names.ts";
import { badgeLooks } from "./node-badges.tsx";
import classes from "./why-panel.module.css";

interface Props {
  readonly graph: MeshGraph;
  readonly selected: string;
  onClose(): void;
  onRun(command: string): void;
}

/** Why an edge or a node is as it is: the deciding policy, the sidecars, and commands that show it. Docked beside the picture. */
export function WhyPanel({ graph, selected, onClose, onRun }: Props) {
  const edge = graph.edges.find(({ id }) => id === selected);
  const node = graph.nodes.find(({ id }) => id === selected);
  const ends = edge ? endsOf(graph, edge) : undefined;
  const commands = evidenceCommands({ node: node ?? ends?.target, edge });
  return (
    <SidePanel
      label="Why"
      test="why-panel"
      width={268}
      closeLabel="Close the why panel"
      title={ends ? `${ends.sourceName} → ${ends.targetName}` : node ? displayName(node) : "No longer there"}
      onClose={onClose}
    >
      <div className={classes.why}>
        {edge ? <EdgeFacts edge={edge} /> : null}
        {node ? <NodeFacts node={node} /> : null}
        {!edge && !node ? <p>It left the mesh or saw no traffic in this window.</p> : null}
        {commands.length > 0 ? (
          <section>
            <h4>See for yourself</h4>
            {commands.map((command) => (
              <button
                type="button"
                key={command}
                className={classes.whyCommand}
                aria-label={`Run in the terminal: ${command}`}
                onClick={() => onRun(command)}
              >
                <IconPlayerPlayFilled size={11} aria-hidden />
                <code>{command}</code>
              </button>
            ))}
          </section>
        ) : null}
      </div>
    </SidePanel>
  );
}

function EdgeFacts({ edge }: { edge: GraphEdge }) {
  const errors = errorWords(edge.errorPercent);
  return (
    <>
      <MtlsBadge badge={edge.mtls} large />
      <p>{badgeSentence(edge.mtls)}</p>
      {edge.reason ? <Reason reason={edge.reason} /> : null}
      <dl>
        <Fact name="Traffic">
          {edge.origin === "configured" && edge.rate === 0
            ? "none seen; drawn because the configuration allows it"
            : rateWords(edge) || "none in this window"}
        </Fact>
        <Fact name="Errors">{errors || "none"}</Fact>
        <Fact name="Protocol">{edge.protocol}</Fact>
        {edge.responseMs ? <Fact name="Took">{timesOf(edge.responseMs)}</Fact> : null}
        {edge.throughput ? (
          <Fact name="Bodies">
            {bytesWords(edge.throughput.request)} sent, {bytesWords(edge.throughput.response)} back
          </Fact>
        ) : null}
      </dl>
      {edge.failures ? <Failures failures={edge.failures} /> : null}
    </>
  );
}

const timesOf = ({ p50, p95, p99 }: NonNullable<GraphEdge["responseMs"]>): string =>
  [
    p50 === undefined ? "" : `half within ${timeWords(p50)}`,
    p95 === undefined ? "" : `95 % within ${timeWords(p95)}`,
    p99 === undefined ? "" : `99 % within ${timeWords(p99)}`,
  ]
    .filter(Boolean)
    .join(", ");

/** What failed, by status and Envoy's flag, each in plain words. */
function Failures({ failures }: { failures: readonly EdgeFailure[] }) {
  return (
    <section data-test="why-failures">
      <h4>What failed</h4>
      <ul className={classes.failures}>
        {failures.map(({ code, flags, rate }) => (
          <li key={`${code} ${flags}`}>
            <code>
              {code} {flags === "-" ? "" : flags}
            </code>{" "}
            {rate.toFixed(2)} rps. {explainFailure({ code, flags })}
          </li>
        ))}
      </ul>
    </section>
  );
}

function NodeFacts({ node }: { node: GraphNode }) {
  return (
    <>
      <dl>
        <Fact name="Kind">{node.kind}</Fact>
        {node.namespace ? <Fact name="Namespace">{node.namespace}</Fact> : null}
        {node.version ? <Fact name="Version">{node.version}</Fact> : null}
        <Fact name="Health">{node.health}</Fact>
        {node.pods ? (
          <Fact name="Pods">
            {node.pods.ready} of {node.pods.total} ready
          </Fact>
        ) : null}
        {node.badges ? (
          <Fact name="Shaped by">{node.badges.map((badge) => badgeLooks[badge].word).join(", ")}</Fact>
        ) : null}
        {node.sidecar === "not-applicable" ? null : <Fact name="Sidecar">{node.sidecar}</Fact>}
      </dl>
      {node.reason ? <Reason reason={node.reason} /> : null}
    </>
  );
}

const scopes = {
  "workload-port": "one port of this workload",
  workload: "this workload",
  namespace: "its namespace",
  mesh: "the whole mesh",
  default: "nothing is configured",
} as const;

function Reason({ reason }: { reason: MtlsReason }) {
  return (
    <section className={classes.reason}>
      <h4>Why</h4>
      <p data-test="why-sentence">{reason.sentence}</p>
      <dl>
        <Fact name="Mode">
          <code>{reason.mode}</code>
        </Fact>
        <Fact name="Decided by">
          {reason.decidedBy ? <code>PeerAuthentication {reason.decidedBy}</code> : "Istio's built-in default"}
        </Fact>
        <Fact name="Set for">{scopes[reason.scope]}</Fact>
        {reason.sourceSidecar === undefined ? null : (
          <Fact name="Caller">{reason.sourceSidecar ? "has a sidecar" : "has no sidecar"}</Fact>
        )}
        {reason.destinationSidecar === undefined ? null : (
          <Fact name="Called">{reason.destinationSidecar ? "has a sidecar" : "has no sidecar"}</Fact>
        )}
      </dl>
    </section>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function endsOf(graph: MeshGraph, edge: GraphEdge) {
  const target = graph.nodes.find(({ id }) => id === edge.target);
  return { target, sourceName: nameIn(graph, edge.source), targetName: nameIn(graph, edge.target) };
}
