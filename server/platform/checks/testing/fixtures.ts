import type { MeshGraph } from "../../../contracts/index.ts";
import { type KubeObject, MemoryCluster, type MemoryClusterOptions } from "../../kube/index.ts";
import { type ConditionSpec, conditionSpec } from "../../labs/index.ts";
import type { CommandResult, ProbeContext } from "../context.ts";

/** A condition as an author writes its probe. */
export function condition(probe: object, id = "it-holds"): ConditionSpec {
  return conditionSpec.parse({
    id,
    title: "It holds",
    message: "It does not hold.",
    next: "Make it so.",
    ...probe,
  });
}

export const strictPolicy: KubeObject = policy("istio-system", "STRICT");

export function policy(namespace: string, mode: string): KubeObject {
  return {
    apiVersion: "security.istio.io/v1beta1",
    kind: "PeerAuthentication",
    metadata: { name: "default", namespace },
    spec: { mtls: { mode } },
  };
}

export function deployment(name: string, namespace: string): KubeObject {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace },
    spec: { selector: { matchLabels: { app: name } } },
  };
}

export interface PodOptions {
  readonly ready?: boolean;
  readonly sidecar?: boolean;
  readonly native?: boolean;
}

export function pod(name: string, namespace: string, options: PodOptions = {}): KubeObject {
  const { ready = true, sidecar = false, native = false } = options;
  const containers = [{ name }, ...(sidecar && !native ? [{ name: "istio-proxy" }] : [])];
  const initContainers = [
    { name: "istio-init" },
    ...(sidecar && native ? [{ name: "istio-proxy", restartPolicy: "Always" }] : []),
  ];
  const statuses = (list: { name: string }[]) => list.map((one) => ({ name: one.name, ready }));
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: `${name}-1`, namespace, labels: { app: name } },
    spec: { containers, initContainers },
    status: {
      phase: "Running",
      containerStatuses: statuses(containers),
      initContainerStatuses: statuses(initContainers),
    },
  };
}

export interface ContextOptions extends MemoryClusterOptions {
  readonly env?: Record<string, string>;
  readonly runCommand?: (command: string) => CommandResult;
  readonly graph?: MeshGraph;
}

export function contextOf(options: ContextOptions = {}): ProbeContext {
  return {
    cluster: new MemoryCluster(options),
    env: options.env ?? {},
    runCommand: async ({ command }) => {
      if (!options.runCommand) throw new Error("no commands here");
      return options.runCommand(command);
    },
    graph: async () => {
      if (!options.graph) throw new Error("no graph here");
      return options.graph;
    },
    signal: new AbortController().signal,
  };
}
