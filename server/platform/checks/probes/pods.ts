import type { ConditionProbe } from "../../labs/index.ts";
import type { ProbeContext } from "../context.ts";
import { limits } from "../limits.ts";
import type { Outcome } from "../outcome.ts";
import { commandLine } from "../shell.ts";
import { type PodSummary, podSummary, podsResource } from "../workloads.ts";

type PodsProbe = Extract<ConditionProbe, { type: "pods" }>["pods"];

/** Enough pods of a selector are running with all their containers ready. */
export async function probePods(probe: PodsProbe, context: ProbeContext): Promise<Outcome> {
  const objects = await context.cluster.list(podsResource, {
    namespace: probe.ns,
    labelSelector: probe.selector,
    signal: context.signal,
  });
  const pods = objects.map(podSummary).filter((pod) => !pod.terminating);
  const good = pods.filter((pod) => pod.ready && hasContainers(pod, probe.containers));
  const evidence = { command: commandLine(["kubectl", "get", "pods", "-l", probe.selector, "-n", probe.ns]) };
  const actual = pods.length === 0 ? `no pod has ${probe.selector} in ${probe.ns}` : list(pods);
  if (good.length >= probe.ready) return { kind: "passed", actual, evidence };
  const ready = probe.containers === undefined ? "ready" : `${probe.containers}/${probe.containers} ready`;
  return {
    kind: "failed",
    expected: `${probe.ready === 1 ? "a pod" : `${probe.ready} pods`} with ${probe.selector} in ${probe.ns}, ${ready}`,
    actual,
    evidence,
  };
}

function hasContainers(pod: PodSummary, wanted: number | undefined): boolean {
  return wanted === undefined || pod.containers === wanted;
}

function list(pods: readonly PodSummary[]): string {
  const shown = pods
    .slice(0, limits.nearMisses)
    .map((pod) => `${pod.name} ${pod.readyContainers}/${pod.containers} ${pod.phase}`);
  return pods.length > shown.length
    ? `${shown.join(", ")} and ${pods.length - shown.length} more`
    : shown.join(", ");
}
