import { describe, expect, it } from "vitest";
import { podColumns } from "./pod-columns.ts";
import type { ContainerStatus, Pod, PodStatus } from "./pod-types.ts";

const NOW = Date.UTC(2026, 0, 1, 12);

function row(pod: Pod): unknown[] {
  return podColumns.map((column) => column.cell(pod, NOW));
}

function status(name: string, rest: Partial<ContainerStatus> = {}): ContainerStatus {
  return { name, ready: false, restartCount: 0, image: "i", imageID: "", ...rest };
}

const running = (name: string) => status(name, { ready: true, started: true, state: { running: {} } });

function pod(podStatus: PodStatus, rest: Partial<Pod> = {}): Pod {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "web", creationTimestamp: "2026-01-01T11:58:36Z", ...rest.metadata },
    spec: { containers: [{ name: "web" }, { name: "istio-proxy" }], ...rest.spec },
    status: podStatus,
  };
}

const init = { spec: { containers: [{ name: "web" }], initContainers: [{ name: "a" }, { name: "b" }] } };

describe("the row of a pod", () => {
  it("is that of a running pod, wide columns included", () => {
    const meshed = pod(
      { phase: "Running", podIP: "10.42.0.7", containerStatuses: [running("web"), running("istio-proxy")] },
      { spec: { containers: [{ name: "web" }, { name: "istio-proxy" }], nodeName: "node-1" } },
    );
    expect(row(meshed)).toEqual([
      "web",
      "2/2",
      "Running",
      "0",
      "84s",
      "10.42.0.7",
      "node-1",
      "<none>",
      "<none>",
    ]);
  });

  it.each<[string, Pod, unknown[]]>([
    ["waits", pod({ phase: "Pending" }), ["0/2", "Pending", "0"]],
    [
      "runs its second init container",
      pod(
        {
          phase: "Pending",
          initContainerStatuses: [
            status("a", { state: { terminated: { exitCode: 0 } } }),
            status("b", { state: { running: {} } }),
          ],
        },
        init,
      ),
      ["0/1", "Init:1/2", "0"],
    ],
    [
      "fails in an init container",
      pod(
        {
          phase: "Pending",
          initContainerStatuses: [status("a", { state: { terminated: { exitCode: 3 } } })],
        },
        init,
      ),
      ["0/1", "Init:ExitCode:3", "0"],
    ],
    [
      "initializes",
      pod({
        phase: "Pending",
        containerStatuses: [
          status("web", { state: { waiting: { reason: "PodInitializing" } } }),
          status("istio-proxy", { state: { waiting: { reason: "PodInitializing" } } }),
        ],
      }),
      ["0/2", "PodInitializing", "0"],
    ],
    [
      "crashes and is restarted",
      pod({
        phase: "Running",
        containerStatuses: [
          status("web", {
            restartCount: 4,
            state: { waiting: { reason: "CrashLoopBackOff" } },
            lastState: { terminated: { exitCode: 1, finishedAt: "2026-01-01T11:59:30Z" } },
          }),
          running("istio-proxy"),
        ],
      }),
      ["1/2", "CrashLoopBackOff", "4 (30s ago)"],
    ],
    [
      "has ended",
      pod({
        phase: "Succeeded",
        containerStatuses: [
          status("web", { state: { terminated: { exitCode: 0, reason: "Completed" } } }),
          status("istio-proxy", { state: { terminated: { exitCode: 0, reason: "Completed" } } }),
        ],
      }),
      ["0/2", "Completed", "0"],
    ],
    [
      "has one container that ended and one that runs",
      pod({
        phase: "Running",
        containerStatuses: [
          status("web", { state: { terminated: { exitCode: 0, reason: "Completed" } } }),
          running("istio-proxy"),
        ],
      }),
      ["1/2", "NotReady", "0"],
    ],
    [
      "is being deleted",
      pod(
        { phase: "Running", containerStatuses: [running("web"), running("istio-proxy")] },
        { metadata: { name: "web", deletionTimestamp: "2026-01-01T12:00:30Z" } },
      ),
      ["2/2", "Terminating", "0"],
    ],
    [
      "has a native sidecar, which is counted",
      pod(
        {
          phase: "Running",
          initContainerStatuses: [running("istio-proxy")],
          containerStatuses: [running("web")],
        },
        {
          spec: {
            containers: [{ name: "web" }],
            initContainers: [{ name: "istio-proxy", restartPolicy: "Always" }],
          },
        },
      ),
      ["2/2", "Running", "0"],
    ],
  ])("of a pod that %s", (_, subject, cells) => {
    expect(row(subject).slice(1, 4)).toEqual(cells);
  });
});
