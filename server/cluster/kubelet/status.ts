import { NODE_IP } from "../network/index.ts";
import {
  type Container,
  type ContainerStatus,
  isSidecar,
  type Pod,
  type PodCondition,
  type PodStatus,
} from "./pod.ts";

export const timestamp = (ms: number) => `${new Date(ms).toISOString().slice(0, 19)}Z`;

export interface PodObservation {
  readonly now: number;
  readonly startTime: string;
  readonly podIP: string | undefined;
  readonly initContainers: readonly ContainerStatus[];
  readonly containers: readonly ContainerStatus[];
  readonly ephemeralContainers: readonly ContainerStatus[];
  /** Every regular init container has completed, every sidecar has started. */
  readonly initialized: boolean;
}

const OURS = new Set([
  "PodReadyToStartContainers",
  "Initialized",
  "Ready",
  "ContainersReady",
  "PodScheduled",
]);

/** The pod's status from what its containers do. Follows kubelet generateAPIPodStatus. */
export function podStatus(pod: Pod, seen: PodObservation): PodStatus & Record<string, unknown> {
  const phase = phaseOf(pod, seen);
  return {
    observedGeneration: pod.metadata.generation,
    phase,
    conditions: conditionsOf(pod, seen, phase),
    hostIP: NODE_IP,
    hostIPs: [{ ip: NODE_IP }],
    ...(seen.podIP ? { podIP: seen.podIP, podIPs: [{ ip: seen.podIP }] } : {}),
    startTime: seen.startTime,
    ...(seen.initContainers.length > 0 ? { initContainerStatuses: seen.initContainers } : {}),
    containerStatuses: seen.containers,
    ...(seen.ephemeralContainers.length > 0 ? { ephemeralContainerStatuses: seen.ephemeralContainers } : {}),
  };
}

function phaseOf(pod: Pod, { initialized, initContainers, containers }: PodObservation): string {
  const policy = pod.spec.restartPolicy ?? "Always";
  if (!initialized) {
    const failed = initContainers.some(
      ({ name, state }) => !isSidecarNamed(pod, name) && (state.terminated?.exitCode ?? 0) !== 0,
    );
    return failed && policy === "Never" ? "Failed" : "Pending";
  }
  const ended = containers.every(({ state }) => state.terminated);
  if (ended && (policy !== "Always" || pod.metadata.deletionTimestamp)) {
    const failed = containers.some(({ state }) => state.terminated?.exitCode !== 0);
    if (policy === "Never" || !failed || pod.metadata.deletionTimestamp)
      return failed ? "Failed" : "Succeeded";
  }
  const begun = containers.some(
    ({ state, lastState }) => state.running ?? state.terminated ?? lastState.terminated,
  );
  return begun ? "Running" : "Pending";
}

const isSidecarNamed = (pod: Pod, name: string) =>
  pod.spec.initContainers?.some((container: Container) => container.name === name && isSidecar(container)) ??
  false;

type Verdict = Pick<PodCondition, "status" | "reason" | "message">;

function conditionsOf(pod: Pod, seen: PodObservation, phase: string): readonly PodCondition[] {
  const verdicts: Record<string, Verdict> = {
    PodReadyToStartContainers: { status: seen.podIP && !isDone(phase) ? "True" : "False" },
    Initialized: initializedVerdict(pod, seen, phase),
    Ready: readyVerdict(pod, seen, phase),
    ContainersReady: containersVerdict(pod, seen, phase),
    PodScheduled: { status: "True" },
  };
  const old = pod.status?.conditions ?? [];
  const now = timestamp(seen.now);
  const ours = Object.entries(verdicts).map(([type, verdict]): PodCondition => {
    const before = old.find((condition) => condition.type === type);
    const same = before?.status === verdict.status;
    return {
      type,
      observedGeneration: pod.metadata.generation ?? 1,
      lastProbeTime: null,
      lastTransitionTime: (same ? before.lastTransitionTime : undefined) ?? now,
      ...verdict,
    };
  });
  // Conditions of others (readiness gates) are theirs to keep.
  return [...ours, ...old.filter(({ type }) => !OURS.has(type))];
}

const isDone = (phase: string) => phase === "Succeeded" || phase === "Failed";

function initializedVerdict(pod: Pod, seen: PodObservation, phase: string): Verdict {
  if (phase === "Succeeded") return { status: "True", reason: "PodCompleted" };
  if (seen.initialized) return { status: "True" };
  const names = seen.initContainers
    .filter(({ name, state, started }) =>
      isSidecarNamed(pod, name) ? !started : state.terminated?.exitCode !== 0,
    )
    .map(({ name }) => name);
  const message = `containers with incomplete status: [${names.join(" ")}]`;
  return { status: "False", reason: "ContainersNotInitialized", message };
}

function containersVerdict(pod: Pod, seen: PodObservation, phase: string): Verdict {
  if (phase === "Succeeded") return { status: "False", reason: "PodCompleted" };
  if (phase === "Failed") return { status: "False", reason: "PodFailed" };
  const sidecars = seen.initContainers.filter(({ name }) => isSidecarNamed(pod, name));
  const unready = [...sidecars, ...seen.containers].filter(({ ready }) => !ready).map(({ name }) => name);
  if (unready.length === 0) return { status: "True" };
  const message = `containers with unready status: [${unready.join(" ")}]`;
  return { status: "False", reason: "ContainersNotReady", message };
}

function readyVerdict(pod: Pod, seen: PodObservation, phase: string): Verdict {
  const containers = containersVerdict(pod, seen, phase);
  if (containers.status !== "True") return containers;
  const holds = (type: string) => pod.status?.conditions?.some((c) => c.type === type && c.status === "True");
  const open = (pod.spec.readinessGates ?? []).find(({ conditionType }) => !holds(conditionType));
  if (!open) return containers;
  const message = `corresponding condition of pod readiness gate "${open.conditionType}" does not exist.`;
  return { status: "False", reason: "ReadinessGatesNotReady", message };
}
