"use client";

import { Button } from "@mantine/core";
import { IconPlayerPlayFilled } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslations } from "use-intl";
import type {
  EdgeFailure,
  GraphEdge,
  GraphNode,
  MeshGraph,
  MtlsReason,
} from "../../server/contracts/index.ts";
import { SidePanel, type Texts, usePaneLinks } from "../ui/index.ts";
import { bytesWords, edgeSentence, edgeWords, errorWords, rateWords, timeWords } from "./badge.ts";
import { evidenceCommands } from "./evidence.ts";
import { explainFailure } from "./flags.ts";
import { policyTarget, telemetryName } from "./further.ts";
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
  const t = useTranslations("mesh");
  const edge = graph.edges.find(({ id }) => id === selected);
  const node = graph.nodes.find(({ id }) => id === selected);
  const ends = edge ? endsOf(graph, edge) : undefined;
  const commands = evidenceCommands({ node: node ?? ends?.target, edge });
  return (
    <SidePanel
      label={t("why.label")}
      test="why-panel"
      width={268}
      closeLabel={t("why.close")}
      title={ends ? `${ends.sourceName} → ${ends.targetName}` : node ? displayName(node) : t("why.gone")}
      onClose={onClose}
    >
      <div className={classes.why}>
        {edge ? <EdgeFacts edge={edge} /> : null}
        {node ? <NodeFacts node={node} /> : null}
        <Further node={node ?? ends?.target} />
        {!edge && !node ? <p>{t("why.left")}</p> : null}
        {commands.length > 0 ? (
          <section>
            <h4>{t("why.see")}</h4>
            {commands.map((command) => (
              <button
                type="button"
                key={command}
                className={classes.whyCommand}
                aria-label={t("why.run", { command })}
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

/** The same thing in the other panes. */
function Further({ node }: { node: GraphNode | undefined }) {
  const t = useTranslations("mesh");
  const links = usePaneLinks();
  const service = telemetryName(node);
  if (!node || service === undefined) return null;
  const ways = ["traces", "logs", ...(node.sidecar === "missing" ? [] : (["envoy"] as const))] as const;
  return (
    <section className={classes.further} aria-label={t("why.further.label", { name: displayName(node) })}>
      {ways.map((pane) => (
        <Button
          key={pane}
          size="compact-xs"
          variant="default"
          onClick={() => links.open(pane, { service, ...(pane === "logs" && { name: "istio-proxy" }) })}
          data-test={`why-${pane}`}
        >
          {t(`why.further.${pane}`, { name: displayName(node) })}
        </Button>
      ))}
    </section>
  );
}

function EdgeFacts({ edge }: { edge: GraphEdge }) {
  const t = useTranslations("mesh");
  const errors = errorWords(edge.errorPercent);
  return (
    <>
      <MtlsBadge badge={edge.mtls} words={edgeWords(edge)} large />
      <p>{edgeSentence(edge)}</p>
      {edge.reason ? <Reason reason={edge.reason} /> : null}
      <dl>
        <Fact name={t("why.traffic")}>
          {edge.origin === "configured" && edge.rate === 0
            ? t("why.configured")
            : rateWords(edge) || t("why.noTraffic")}
        </Fact>
        <Fact name={t("why.errors")}>{errors || t("why.noErrors")}</Fact>
        <Fact name={t("why.protocol")}>{edge.protocol}</Fact>
        {edge.responseMs ? <Fact name={t("why.took")}>{timesOf(t, edge.responseMs)}</Fact> : null}
        {edge.throughput ? (
          <Fact name={t("why.bodies")}>
            {t("why.bodiesAre", {
              sent: bytesWords(edge.throughput.request),
              back: bytesWords(edge.throughput.response),
            })}
          </Fact>
        ) : null}
      </dl>
      {edge.failures ? <Failures failures={edge.failures} /> : null}
    </>
  );
}

const timesOf = (t: Texts<"mesh">, { p50, p95, p99 }: NonNullable<GraphEdge["responseMs"]>): string =>
  [
    p50 === undefined ? "" : t("why.half", { time: timeWords(p50) }),
    p95 === undefined ? "" : t("why.p95", { time: timeWords(p95) }),
    p99 === undefined ? "" : t("why.p99", { time: timeWords(p99) }),
  ]
    .filter(Boolean)
    .join(", ");

/** What failed, by status and Envoy's flag, each in plain words. */
function Failures({ failures }: { failures: readonly EdgeFailure[] }) {
  const t = useTranslations("mesh");
  return (
    <section data-test="why-failures">
      <h4>{t("why.failed")}</h4>
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
  const t = useTranslations("mesh");
  return (
    <>
      <dl>
        <Fact name={t("why.kind")}>{node.kind}</Fact>
        {node.namespace ? <Fact name={t("why.namespace")}>{node.namespace}</Fact> : null}
        {node.version ? <Fact name={t("why.version")}>{node.version}</Fact> : null}
        <Fact name={t("why.health")}>{node.health}</Fact>
        {node.pods ? <Fact name={t("why.pods")}>{t("why.ready", node.pods)}</Fact> : null}
        {node.badges ? (
          <Fact name={t("why.shaped")}>{node.badges.map((badge) => badgeLooks[badge].word).join(", ")}</Fact>
        ) : null}
        {node.sidecar === "not-applicable" ? null : <Fact name={t("why.sidecar")}>{node.sidecar}</Fact>}
      </dl>
      {node.reason ? <Reason reason={node.reason} /> : null}
    </>
  );
}

function Reason({ reason }: { reason: MtlsReason }) {
  const t = useTranslations("mesh");
  const links = usePaneLinks();
  const { decidedBy } = reason;
  return (
    <section className={classes.reason}>
      <h4>{t("why.label")}</h4>
      <p data-test="why-sentence">{reason.sentence}</p>
      <dl>
        <Fact name={t("why.mode")}>
          <code>{reason.mode}</code>
        </Fact>
        <Fact name={t("why.decidedBy")}>
          {decidedBy === undefined ? (
            t("why.builtIn")
          ) : (
            <button
              type="button"
              className={classes.object}
              onClick={() => links.open("cluster", policyTarget(decidedBy))}
              data-test="why-policy"
            >
              <code>PeerAuthentication {decidedBy}</code>
            </button>
          )}
        </Fact>
        <Fact name={t("why.setFor")}>{t(`why.scopes.${reason.scope}`)}</Fact>
        {reason.sourceSidecar === undefined ? null : (
          <Fact name={t("why.caller")}>{t(reason.sourceSidecar ? "why.has" : "why.hasNot")}</Fact>
        )}
        {reason.destinationSidecar === undefined ? null : (
          <Fact name={t("why.called")}>{t(reason.destinationSidecar ? "why.has" : "why.hasNot")}</Fact>
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
