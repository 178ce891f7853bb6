import type { ConditionResult, MeshGraph, MeshGraphRequest } from "../../contracts/index.ts";
import type { KubeCluster } from "../kube/index.ts";
import type { ConditionSpec } from "../labs/index.ts";
import { ConditionWatch, type Timers } from "./condition-watch.ts";
import type { ProbeContext, RunCommand } from "./context.ts";
import { evaluateCondition } from "./evaluate.ts";
import { limits } from "./limits.ts";
import { applyNeeds, StepMemory } from "./step-memory.ts";
import { needsPolling, targetKey, type WatchTarget, watchTargets } from "./watched-resources.ts";

/** A step as far as checks are concerned; a StepDefinition of `labs` is one. */
export interface CheckedStep {
  readonly id: string;
  readonly conditions: readonly ConditionSpec[];
}

export interface CheckRunnerDeps {
  readonly cluster: KubeCluster;
  /** The learner's shell variables. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly runCommand: RunCommand;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Traffic as the mesh graph sees it; without it, mtls conditions are unknown. */
  readonly graph?: ((request: MeshGraphRequest) => Promise<MeshGraph>) | undefined;
  readonly timers?: Timers | undefined;
}

export type OnResults = (results: readonly ConditionResult[]) => void;

export interface CheckRunner {
  /** Every condition of the step, once, at the same time. Never rejects. */
  evaluate(step: CheckedStep, signal: AbortSignal): Promise<readonly ConditionResult[]>;
  /**
   * Calls `onResults` with all results of the step, first "pending", then whenever one of them changed: after changes
   * in the cluster, and by looking now and then for what no watch tells. Resolves when the signal aborts.
   */
  watchStep(step: CheckedStep, onResults: OnResults, signal: AbortSignal): Promise<void>;
}

export function createCheckRunner(deps: CheckRunnerDeps): CheckRunner {
  const contextFor = (signal: AbortSignal): ProbeContext => ({
    cluster: deps.cluster,
    env: deps.env,
    runCommand: deps.runCommand,
    graph: deps.graph ?? noGraph,
    signal,
  });
  const memory = new StepMemory(deps.now);
  const evaluateOne = (spec: ConditionSpec, signal: AbortSignal) =>
    evaluateCondition(spec, { context: contextFor(signal), now: deps.now });
  return {
    async evaluate(step, signal) {
      memory.begin(step.id);
      const results = await Promise.all(
        step.conditions.map(async (spec) => {
          const result = await evaluateOne(spec, signal);
          if (result.status === "failed") memory.countFailure(step.id, spec);
          return memory.remember(step.id, spec, result);
        }),
      );
      return applyNeeds(step.conditions, results);
    },
    async watchStep(step, onResults, signal) {
      if (signal.aborted) return;
      const report = () => {
        const results = watches.map((watch) => watch.result);
        if (!signal.aborted) onResults(applyNeeds(step.conditions, results));
      };
      memory.begin(step.id);
      const watches = step.conditions.map(
        (spec) =>
          new ConditionWatch({
            spec,
            evaluate: async () => memory.remember(step.id, spec, await evaluateOne(spec, signal)),
            onResult: report,
            timers: deps.timers ?? systemTimers,
            debounceMs: limits.debounceMs,
            pollMs: (result, looks) => pollMs(spec, result, looks),
            now: deps.now,
          }),
      );
      const stop = () => {
        for (const watch of watches) watch.stop();
      };
      signal.addEventListener("abort", stop, { once: true });
      report();
      for (const watch of watches) watch.trigger();
      await watchCluster(deps.cluster, pair(step, watches), signal);
    },
  };
}

interface Watched {
  readonly spec: ConditionSpec;
  readonly watch: ConditionWatch;
}

function pair(step: CheckedStep, watches: readonly ConditionWatch[]): Watched[] {
  return step.conditions.flatMap((spec, index) => {
    const watch = watches[index];
    return watch ? [{ spec, watch }] : [];
  });
}

/** One watch per resource and namespace, however many conditions want it. Resolves when the signal aborts. */
async function watchCluster(
  cluster: KubeCluster,
  watched: readonly Watched[],
  signal: AbortSignal,
): Promise<void> {
  const byTarget = new Map<string, { target: WatchTarget; watches: ConditionWatch[] }>();
  await Promise.all(
    watched.map(async ({ spec, watch }) => {
      for (const target of await targetsOrNone(spec, cluster, signal)) {
        const key = targetKey(target);
        const entry = byTarget.get(key) ?? { target, watches: [] };
        byTarget.set(key, entry);
        entry.watches.push(watch);
      }
    }),
  );
  const ended = new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
  const following = [...byTarget.values()].map(({ target, watches }) =>
    cluster.watch(target.resource, {
      namespace: target.namespace,
      signal,
      onEvent: () => {
        for (const watch of watches) watch.trigger();
      },
    }),
  );
  await Promise.all([ended, ...following]);
}

/** A kind that the cluster does not know (yet), or a cluster that is away: such conditions are looked at by polling. */
async function targetsOrNone(
  spec: ConditionSpec,
  cluster: KubeCluster,
  signal: AbortSignal,
): Promise<WatchTarget[]> {
  try {
    return await watchTargets(spec.probe, cluster, signal);
  } catch {
    return []; // the evaluation meets the same error and says it
  }
}

/**
 * Watches may be missing (a kind that came later), so even what is watched is looked at now and then. After a change,
 * proxies follow a moment later than the API: the first looks come quickly.
 */
function pollMs(spec: ConditionSpec, result: ConditionResult, looks: number): number {
  const polled = needsPolling(spec.probe);
  const afterChange = limits.pollAfterChangeMs[looks - 1];
  if (polled && afterChange !== undefined) return afterChange;
  const soon =
    result.status === "unknown" || result.status === "pending" || (polled && result.status === "failed");
  return soon ? limits.pollMs : limits.pollCalmMs;
}

async function noGraph(): Promise<never> {
  throw new Error("the traffic of the mesh cannot be read here");
}

const systemTimers: Timers = {
  after(ms, task) {
    const timer = setTimeout(task, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
};
