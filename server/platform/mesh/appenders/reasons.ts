import type { MtlsReason } from "../../../contracts/index.ts";
import { type EffectiveMode, effectiveMode } from "../peer-authentication.ts";
import type { ServiceIndex } from "../service-index.ts";
import type { DestinationRule, Workload } from "../snapshot-types.ts";
import { mapEdges, mapNodes, type TrafficEdge, type TrafficMap, type TrafficNode } from "../traffic-map.ts";

/** Says why: the policy that decides, and what each end has to open or take mutual TLS with. */
export function appendReasons(map: TrafficMap, index: ServiceIndex): TrafficMap {
  const rules = destinationRulesWithTls(index);
  const withNodes = mapNodes(map, (node) =>
    node.workload ? { ...node, reason: nodeReason(node.workload, index) } : node,
  );
  return mapEdges(withNodes, (edge) => ({ ...edge, reason: edgeReason(edge, { map, index, rules }) }));
}

function nodeReason(workload: Workload, index: ServiceIndex): MtlsReason {
  const effective = modeOf(workload, index);
  const destinationSidecar = workload.sidecar === undefined ? {} : { destinationSidecar: workload.sidecar };
  const sentence =
    workload.sidecar === false
      ? `${workload.name} has no sidecar, so no policy can ask for mutual TLS here: everything arrives in plaintext.`
      : `${decision(effective)} ${consequence[effective.mode]}`;
  return { ...effective, ...destinationSidecar, sentence };
}

const consequence = {
  STRICT: "Only mutual TLS gets in.",
  PERMISSIVE: "Mutual TLS and plaintext both get in.",
  DISABLE: "The sidecar takes plaintext only.",
} as const;

interface EdgeContext {
  readonly map: TrafficMap;
  readonly index: ServiceIndex;
  readonly rules: ReadonlyMap<string, DestinationRule>;
}

function edgeReason(edge: TrafficEdge, context: EdgeContext): MtlsReason | undefined {
  const target = context.map.nodes.get(edge.target);
  const source = context.map.nodes.get(edge.source);
  if (!target?.workload) return undefined;
  const effective = modeOf(target.workload, context.index);
  const ends = { sourceSidecar: hasProxy(source), destinationSidecar: target.workload.sidecar };
  const rule = edge.service && context.rules.get(`${edge.service.namespace}/${edge.service.name}`);
  return {
    ...effective,
    ...(ends.sourceSidecar === undefined ? {} : { sourceSidecar: ends.sourceSidecar }),
    ...(ends.destinationSidecar === undefined ? {} : { destinationSidecar: ends.destinationSidecar }),
    sentence: edgeSentence({ edge, effective, ...ends, target: target.workload.name, rule }),
  };
}

/** The port that the service leads to, when there is only one: policies may name ports. */
function modeOf(workload: Workload, index: ServiceIndex): EffectiveMode {
  const ports = index.serviceOf(workload)?.ports ?? [];
  const port = ports.length === 1 ? ports[0]?.targetPort : undefined;
  return effectiveMode(workload, index.snapshot.peerAuthentications, port);
}

/** A gateway is a proxy itself. A caller that telemetry cannot name has none: a proxy would have shown its name. */
function hasProxy(node: TrafficNode | undefined): boolean | undefined {
  if (!node || node.kind === "unknown") return false;
  return node.kind === "gateway" ? true : node.workload?.sidecar;
}

interface Case {
  readonly edge: TrafficEdge;
  readonly effective: EffectiveMode;
  readonly sourceSidecar: boolean | undefined;
  readonly destinationSidecar: boolean | undefined;
  readonly target: string;
  readonly rule: DestinationRule | undefined;
}

function edgeSentence(about: Case): string {
  const { edge, effective, target, rule } = about;
  const decided = decision(effective);
  if (about.destinationSidecar === false) return `${target} has no sidecar, so callers send it plaintext.`;
  if (about.sourceSidecar === false) return outsiderSentence(about, decided);
  if (effective.mode === "DISABLE") return `${decided} Its sidecar takes plaintext only.`;
  if (rule?.tlsMode === "DISABLE") {
    const said = `DestinationRule ${rule.namespace}/${rule.name} tells callers not to use TLS`;
    return effective.mode === "STRICT"
      ? `${said}, and ${target} takes nothing else: the calls fail.`
      : `${said}.`;
  }
  if (edge.mtls.state === "mtls")
    return `Both ends have a proxy, so the caller opens mutual TLS by itself. ${decided}`;
  if (edge.mtls.state === "mixed")
    return `Some calls come over mutual TLS, some do not, and ${target} takes both. ${decided}`;
  if (edge.mtls.state === "plaintext")
    return `The caller sends plaintext although ${target} could take mutual TLS. ${decided}`;
  return `No traffic in the window. When there is, both ends having a proxy makes it mutual TLS. ${decided}`;
}

function outsiderSentence({ effective, target, edge }: Case, decided: string): string {
  if (effective.mode !== "STRICT")
    return `The caller has no sidecar and speaks plaintext, and ${target} takes it. ${decided}`;
  const past = edge.mtls.state === "no-traffic" ? "" : " What is still counted came before the policy.";
  return `The caller has no sidecar and speaks plaintext; ${target} refuses it. ${decided}${past}`;
}

const scopeWords = {
  "workload-port": "for this port of the workload",
  workload: "for this workload",
  namespace: "for its namespace",
  mesh: "for the whole mesh",
} as const;

function decision({ mode, decidedBy, scope }: EffectiveMode): string {
  if (scope === "default" || decidedBy === undefined)
    return `No PeerAuthentication applies, so Istio's default ${mode} holds.`;
  return `PeerAuthentication ${decidedBy} says ${mode} ${scopeWords[scope]}.`;
}

/** By the service each rule is about. Of several for one host, the first counts. */
function destinationRulesWithTls(index: ServiceIndex): Map<string, DestinationRule> {
  const rules = new Map<string, DestinationRule>();
  for (const rule of index.snapshot.destinationRules) {
    const service = rule.tlsMode === undefined ? undefined : index.service(rule.host, rule.namespace);
    const key = service && `${service.namespace}/${service.name}`;
    if (key !== undefined && !rules.has(key)) rules.set(key, rule);
  }
  return rules;
}
