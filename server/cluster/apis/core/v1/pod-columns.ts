import { ageColumn, nameColumn, text, wide } from "../../meta/columns.ts";
import { since } from "../../meta/human-duration.ts";
import type { PrinterColumn } from "../../strategy.ts";
import type { ContainerState, ContainerStatus, Pod } from "./pod-types.ts";

/** What READY, STATUS and RESTARTS are made of. */
export interface PodSummary {
  readonly ready: number;
  readonly total: number;
  readonly reason: string;
  readonly restarts: number;
  /** Milliseconds since the epoch of the latest end of a container that was restarted. */
  readonly lastRestart?: number;
}

interface Counted {
  ready: number;
  restarts: number;
  lastRestart: number;
}

/** Follows printPod of pkg/printers/internalversion/printers.go. */
export function summarizePod(pod: Pod): PodSummary {
  const status = pod.status ?? {};
  const gated = status.conditions?.some(
    ({ type, reason }) => type === "PodScheduled" && reason === "SchedulingGated",
  );
  let reason = gated ? "SchedulingGated" : status.reason || status.phase || "";
  const sidecars = sidecarNames(pod);
  const init = summarizeInit(pod, sidecars);
  if (init.reason !== undefined) reason = init.reason;
  let counted: Counted = { ...init.all, ready: init.sidecars.ready };
  if (init.reason === undefined || hasCondition(pod, "Initialized")) {
    const main = summarizeMain(pod, init.sidecars);
    counted = main.counted;
    reason = main.reason ?? reason;
  }
  return {
    ready: counted.ready,
    total: (pod.spec.containers?.length ?? 0) + sidecars.size,
    reason: terminating(pod) ?? reason,
    restarts: counted.restarts,
    ...(counted.lastRestart > 0 ? { lastRestart: counted.lastRestart } : {}),
  };
}

function summarizeInit(pod: Pod, sidecars: ReadonlySet<string>) {
  const all: Counted = { ready: 0, restarts: 0, lastRestart: 0 };
  const ofSidecars: Counted = { ready: 0, restarts: 0, lastRestart: 0 };
  for (const [index, container] of (pod.status?.initContainerStatuses ?? []).entries()) {
    count(all, container);
    if (sidecars.has(container.name)) count(ofSidecars, container);
    if (container.state?.terminated?.exitCode === 0) continue;
    if (sidecars.has(container.name) && container.started) {
      if (container.ready) ofSidecars.ready++;
      continue;
    }
    const reason = initReason(container.state, `${index}/${pod.spec.initContainers?.length ?? 0}`);
    return { all, sidecars: ofSidecars, reason: `Init:${reason}` };
  }
  return { all, sidecars: ofSidecars, reason: undefined };
}

function initReason(state: ContainerState | undefined, progress: string): string {
  const waiting = state?.waiting?.reason;
  if (state?.terminated) return endReason(state.terminated);
  return waiting && waiting !== "PodInitializing" ? waiting : progress;
}

function summarizeMain(pod: Pod, start: Counted) {
  const counted = { ...start };
  let reason: string | undefined;
  let running = false;
  // Last to first, as upstream: the reason of the first container wins.
  for (const container of [...(pod.status?.containerStatuses ?? [])].reverse()) {
    count(counted, container);
    const { waiting, terminated, running: runs } = container.state ?? {};
    if (waiting?.reason) reason = waiting.reason;
    else if (terminated) reason = endReason(terminated);
    else if (container.ready && runs) {
      running = true;
      counted.ready++;
    }
  }
  if (reason === "Completed" && running) reason = hasCondition(pod, "Ready") ? "Running" : "NotReady";
  return { counted, reason };
}

function endReason({ reason, signal, exitCode }: NonNullable<ContainerState["terminated"]>): string {
  if (reason) return reason;
  return signal ? `Signal:${signal}` : `ExitCode:${exitCode}`;
}

function count(into: Counted, container: ContainerStatus): void {
  into.restarts += container.restartCount ?? 0;
  const ended = Date.parse(container.lastState?.terminated?.finishedAt ?? "");
  if (ended > into.lastRestart) into.lastRestart = ended;
}

function terminating(pod: Pod): string | undefined {
  if (!pod.metadata.deletionTimestamp) return undefined;
  if (pod.status?.reason === "NodeLost") return "Unknown";
  const ended = pod.status?.phase === "Succeeded" || pod.status?.phase === "Failed";
  return ended ? undefined : "Terminating";
}

function sidecarNames(pod: Pod): Set<string> {
  const sidecars = (pod.spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === "Always");
  return new Set(sidecars.map(({ name }) => name));
}

function hasCondition(pod: Pod, type: string): boolean {
  return !!pod.status?.conditions?.some(
    (condition) => condition.type === type && condition.status === "True",
  );
}

function restartsCell(pod: Pod, now: number): string {
  const { restarts, lastRestart } = summarizePod(pod);
  if (restarts === 0 || lastRestart === undefined) return String(restarts);
  return `${restarts} (${since(new Date(lastRestart).toISOString(), now)} ago)`;
}

function gatesCell(pod: Pod): string {
  const gates = pod.spec.readinessGates ?? [];
  if (gates.length === 0) return "<none>";
  return `${gates.filter((gate) => hasCondition(pod, gate.conditionType)).length}/${gates.length}`;
}

export const podColumns: readonly PrinterColumn<Pod>[] = [
  nameColumn,
  text("Ready", (pod) => {
    const { ready, total } = summarizePod(pod);
    return `${ready}/${total}`;
  }),
  text("Status", (pod) => summarizePod(pod).reason),
  text("Restarts", restartsCell),
  ageColumn,
  wide(text("IP", (pod) => pod.status?.podIPs?.[0]?.ip || pod.status?.podIP || "<none>")),
  wide(text("Node", (pod) => pod.spec.nodeName || "<none>")),
  wide(text("Nominated Node", (pod) => pod.status?.nominatedNodeName || "<none>")),
  wide(text("Readiness Gates", gatesCell)),
];
