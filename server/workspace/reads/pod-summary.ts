import { z } from "zod";
import type { ObjectRow } from "../../contracts/index.ts";
import type { KubeObject } from "../../platform/kube/index.ts";

export type Summary = Pick<ObjectRow, "summary" | "tone">;

const state = z.looseObject({
  waiting: z.looseObject({ reason: z.string().optional() }).optional(),
  terminated: z.looseObject({ reason: z.string().optional(), exitCode: z.number().optional() }).optional(),
});
const statuses = z
  .array(
    z.looseObject({
      name: z.string(),
      ready: z.boolean().default(false),
      restartCount: z.number().default(0),
      state: state.optional(),
    }),
  )
  .default([]);
const named = z.array(z.looseObject({ name: z.string() })).default([]);
const pod = z.object({
  spec: z
    .looseObject({ containers: named, initContainers: named })
    .default({ containers: [], initContainers: [] }),
  status: z
    .looseObject({
      phase: z.string().default("Pending"),
      reason: z.string().optional(),
      containerStatuses: statuses,
      initContainerStatuses: statuses,
    })
    .default({ phase: "Pending", containerStatuses: [], initContainerStatuses: [] }),
});

/** READY, STATUS and RESTARTS in the words of `kubectl get pods` (printers/internalversion/printers.go printPod). */
export function podSummary(object: KubeObject): Summary & { containers: string[] } {
  const { data } = pod.safeParse(object);
  if (!data) return { summary: "", tone: "quiet", containers: [] };
  const { spec, status } = data;
  const ready = status.containerStatuses.filter((one) => one.ready).length;
  const restarts = status.containerStatuses.reduce((sum, one) => sum + one.restartCount, 0);
  const words = object.metadata.deletionTimestamp === undefined ? reasonOf(status) : "Terminating";
  const again = restarts > 0 ? ` · ${restarts} restart${restarts === 1 ? "" : "s"}` : "";
  return {
    summary: `${ready}/${spec.containers.length} ${words}${again}`,
    tone: toneOf(words, ready === spec.containers.length),
    containers: [...spec.containers, ...spec.initContainers].map(({ name }) => name),
  };
}

function reasonOf(status: z.infer<typeof pod>["status"]): string {
  for (const one of status.initContainerStatuses) {
    const { waiting, terminated } = one.state ?? {};
    if (terminated && terminated.exitCode === 0) continue;
    if (terminated) return `Init:${terminated.reason ?? `ExitCode:${terminated.exitCode}`}`;
    if (waiting?.reason && waiting.reason !== "PodInitializing") return `Init:${waiting.reason}`;
  }
  for (const { state: at } of status.containerStatuses) {
    if (at?.waiting?.reason) return at.waiting.reason;
    if (at?.terminated?.reason) return at.terminated.reason;
  }
  return status.reason ?? status.phase;
}

function toneOf(words: string, ready: boolean): Summary["tone"] {
  if (/BackOff|Err|Failed|OOM|Evicted|Invalid/.test(words)) return "bad";
  if (words === "Running") return ready ? "good" : "busy";
  return words === "Succeeded" || words === "Completed" ? "quiet" : "busy";
}
