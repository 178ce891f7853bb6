import { deepEqual, isNotFound, matchesLabels, parseLabelSelector } from "../../apimachinery/index.ts";
import {
  type Condition,
  type HorizontalPodAutoscaler,
  type PodMetrics,
  resourceTypes,
} from "../../apis/index.ts";
import { apiVersionOf, type ResourceType } from "../../client/index.ts";
import {
  type ControllerContext,
  clientFor,
  enqueueAll,
  queueFor,
  recorderFor,
  run,
  timestamp,
} from "../common/context.ts";
import type { KnownKinds } from "../common/known-kinds.ts";
import { AUTOSCALER_PERIOD_MS } from "../limits.ts";
import { MetricsError, resourceUse } from "./metrics.ts";
import { type CurrentMetric, decide, type Proposal, propose, type Recommendation } from "./plan.ts";

type Status = NonNullable<HorizontalPodAutoscaler["status"]>;

const podMetricsType: ResourceType<PodMetrics> = {
  group: "metrics.k8s.io",
  version: "v1beta1",
  kind: "PodMetrics",
  plural: "pods",
  namespaced: true,
};

/** Scales by the practice figures of CPU and memory. Follows pkg/controller/podautoscaler; of `behavior`, scaleDown's window counts. */
export function startPodAutoscaler(context: ControllerContext, kinds: KnownKinds): void {
  const { informers } = context;
  const scalers = informers.of(resourceTypes.horizontalPodAutoscalers);
  const controller = new PodAutoscaler(context, kinds);
  enqueueAll(context, resourceTypes.horizontalPodAutoscalers, controller.queue);
  run(context, {
    name: "podautoscaler",
    queue: controller.queue,
    caches: [scalers, informers.of(resourceTypes.pods)],
    reconcile: (key) => controller.reconcile(key),
  });
}

interface Scale {
  readonly path: string;
  readonly replicas: number;
  readonly selector: string;
}

class PodAutoscaler {
  readonly queue;
  private readonly listers;
  private readonly client;
  private readonly metrics;
  private readonly events;
  private readonly history = new Map<string, readonly Recommendation[]>();
  /** When each was last looked at: its own status comes back as an event that must not start another round. */
  private readonly looked = new Map<string, { readonly at: number; readonly generation: number }>();

  constructor(
    private readonly context: ControllerContext,
    private readonly kinds: KnownKinds,
  ) {
    const { informers } = context;
    this.queue = queueFor(context);
    this.listers = {
      scalers: informers.of(resourceTypes.horizontalPodAutoscalers).lister,
      pods: informers.of(resourceTypes.pods).lister,
    };
    this.client = clientFor(context, resourceTypes.horizontalPodAutoscalers);
    this.metrics = clientFor(context, podMetricsType);
    this.events = recorderFor(context, "horizontal-pod-autoscaler");
  }

  async reconcile(key: string): Promise<void> {
    const scaler = this.listers.scalers.get(key);
    if (!scaler || scaler.metadata.deletionTimestamp) {
      this.history.delete(key);
      this.looked.delete(key);
      return;
    }
    const now = this.context.clock.monotonic();
    const last = this.looked.get(key);
    const generation = scaler.metadata.generation ?? 0;
    const left = last && last.generation === generation ? last.at + AUTOSCALER_PERIOD_MS - now : 0;
    this.queue.addAfter(key, left > 0 ? left : AUTOSCALER_PERIOD_MS);
    if (left > 0) return;
    this.looked.set(key, { at: now, generation });
    await this.look(key, scaler);
  }

  private async look(key: string, scaler: HorizontalPodAutoscaler): Promise<void> {
    let scale: Scale;
    try {
      scale = await this.scaleOf(scaler);
    } catch (error) {
      const message = `the HPA controller was unable to get the target's current scale: ${messageOf(error)}`;
      this.events.record(scaler, { type: "Warning", reason: "FailedGetScale", message: messageOf(error) });
      await this.write(scaler, {
        ...keptStatus(scaler),
        conditions: this.conditions(scaler, [["AbleToScale", "False", "FailedGetScale", message]]),
      });
      return;
    }
    if (scale.replicas === 0) {
      const message = "scaling is disabled since the replica count of the target is zero";
      return this.write(scaler, {
        ...keptStatus(scaler),
        currentReplicas: 0,
        desiredReplicas: 0,
        conditions: this.conditions(scaler, [["ScalingActive", "False", "ScalingDisabled", message]]),
      });
    }
    const outside = outsideBounds(scaler, scale.replicas);
    if (outside) await this.bringInside(scaler, { scale, ...outside });
    else await this.scale(key, scaler, scale);
  }

  /** Bounds come before metrics. */
  private async bringInside(
    scaler: HorizontalPodAutoscaler,
    change: { readonly scale: Scale; readonly replicas: number; readonly why: string },
  ): Promise<void> {
    const { scale, replicas } = change;
    await this.rescale(scaler, change);
    const message = `the HPA controller was able to update the target scale to ${replicas}`;
    await this.write(scaler, {
      ...keptStatus(scaler),
      currentReplicas: scale.replicas,
      desiredReplicas: replicas,
      lastScaleTime: timestamp(this.context),
      conditions: this.conditions(scaler, [["AbleToScale", "True", "SucceededRescale", message]]),
    });
  }

  private async scale(key: string, scaler: HorizontalPodAutoscaler, scale: Scale): Promise<void> {
    const now = this.context.clock.now();
    const { proposals, failure } = await this.proposals(scaler, scale);
    const best = proposals.reduce<Proposal | undefined>(
      (most, proposal) => (most && most.replicas >= proposal.replicas ? most : proposal),
      undefined,
    );
    // A metric that failed stops scaling down, and everything when it is the only one.
    if (!best || (failure && best.replicas < scale.replicas)) {
      const message = `the HPA was unable to compute the replica count: ${failure?.message ?? "no metrics"}`;
      const reason = failure?.reason ?? "FailedGetResourceMetric";
      this.events.record(scaler, { type: "Warning", reason, message: failure?.message ?? message });
      await this.write(scaler, {
        ...keptStatus(scaler),
        currentReplicas: scale.replicas,
        desiredReplicas: scale.replicas,
        conditions: this.conditions(scaler, [
          [
            "AbleToScale",
            "True",
            "SucceededGetScale",
            "the HPA controller was able to get the target's current scale",
          ],
          ["ScalingActive", "False", reason, message],
        ]),
      });
      return;
    }
    const history = this.history.get(key) ?? [];
    const decision = decide(scaler, best.replicas, { now, current: scale.replicas, history });
    this.history.set(key, [
      ...history.filter(({ at }) => now - at < HISTORY_MS),
      { at: now, replicas: best.replicas },
    ]);
    const { replicas } = decision;
    const rescaled = replicas !== scale.replicas;
    if (rescaled) await this.rescale(scaler, { scale, replicas, why: reasonFor(best, scale.replicas) });
    const able: Wanted = rescaled
      ? [
          "AbleToScale",
          "True",
          "SucceededRescale",
          `the HPA controller was able to update the target scale to ${replicas}`,
        ]
      : decision.stabilized
        ? [
            "AbleToScale",
            "True",
            "ScaleDownStabilized",
            "recent recommendations were higher than current one, applying the highest recent recommendation",
          ]
        : ["AbleToScale", "True", "ReadyForNewScale", "recommended size matches current size"];
    const active = `the HPA was able to successfully calculate a replica count from ${best.name}`;
    const limited: Wanted = decision.limited
      ? ["ScalingLimited", "True", decision.limited.reason, decision.limited.message]
      : ["ScalingLimited", "False", "DesiredWithinRange", "the desired count is within the acceptable range"];
    await this.write(scaler, {
      ...keptStatus(scaler),
      currentReplicas: scale.replicas,
      desiredReplicas: replicas,
      currentMetrics: proposals.map(({ current }): CurrentMetric => current),
      ...(rescaled ? { lastScaleTime: timestamp(this.context) } : {}),
      conditions: this.conditions(scaler, [
        able,
        ["ScalingActive", "True", "ValidMetricFound", active],
        limited,
      ]),
    });
  }

  private async proposals(scaler: HorizontalPodAutoscaler, scale: Scale) {
    const { namespace = "" } = scaler.metadata;
    const requirements = parseLabelSelector(scale.selector);
    const pods = this.listers.pods
      .inNamespace(namespace)
      .filter(({ metadata }) => requirements.length > 0 && matchesLabels(requirements, metadata.labels));
    const found = await this.metrics.list({ namespace, labelSelector: scale.selector });
    const metrics = new Map(found.items.map((item) => [item.metadata.name ?? "", item]));
    const proposals: Proposal[] = [];
    let failure: MetricsError | undefined;
    for (const metric of scaler.spec.metrics ?? []) {
      try {
        proposals.push(propose(metric, scale.replicas, (resource) => resourceUse(pods, metrics, resource)));
      } catch (error) {
        if (!(error instanceof MetricsError)) throw error;
        failure ??= error;
      }
    }
    return { proposals, failure };
  }

  private async scaleOf({ metadata, spec }: HorizontalPodAutoscaler): Promise<Scale> {
    const { apiVersion = "v1", kind, name } = spec.scaleTargetRef;
    const type = this.kinds.find(apiVersion, kind);
    if (!type) throw new Error(`no matches for kind "${kind}" in group "${apiVersion.split("/")[0]}"`);
    const version = apiVersionOf(type);
    const root = type.group ? `/apis/${version}` : `/api/${version}`;
    const path = `${root}/namespaces/${metadata.namespace}/${type.plural}/${name}/scale`;
    const answer: object = await this.context.transport.request({ method: "GET", path });
    const at = (field: string, key: string): unknown => {
      const holder: unknown = Reflect.get(answer, field);
      return typeof holder === "object" && holder !== null ? Reflect.get(holder, key) : undefined;
    };
    const selector = at("status", "selector");
    return {
      path,
      replicas: Number(at("spec", "replicas") ?? 0),
      selector: typeof selector === "string" ? selector : "",
    };
  }

  private async rescale(
    scaler: HorizontalPodAutoscaler,
    { scale, replicas, why }: { scale: Scale; replicas: number; why: string },
  ): Promise<void> {
    await this.context.transport.request({
      method: "PATCH",
      path: scale.path,
      contentType: "application/merge-patch+json",
      body: { spec: { replicas } },
    });
    const message = `New size: ${replicas}; reason: ${why}`;
    this.events.record(scaler, { type: "Normal", reason: "SuccessfulRescale", message });
  }

  private conditions({ status }: HorizontalPodAutoscaler, wanted: readonly Wanted[]): readonly Condition[] {
    const old = status?.conditions ?? [];
    const now = timestamp(this.context);
    const ours = wanted.map(([type, state, reason, message]): Condition => {
      const before = old.find((condition) => condition.type === type);
      const lastTransitionTime = before?.status === state ? (before.lastTransitionTime ?? now) : now;
      return { type, status: state, lastTransitionTime, reason, message };
    });
    const named = new Set(wanted.map(([type]) => type));
    return [...ours, ...old.filter(({ type }) => !named.has(type))];
  }

  private async write(scaler: HorizontalPodAutoscaler, status: Status): Promise<void> {
    if (deepEqual(status, scaler.status)) return;
    try {
      await this.client.updateStatus({ ...scaler, status });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
}

type Wanted = readonly [type: string, status: "True" | "False", reason: string, message: string];

/** Longer than any stabilization window that counts. */
const HISTORY_MS = 3_600_000;

const keptStatus = ({ status }: HorizontalPodAutoscaler): Status => ({
  desiredReplicas: 0,
  currentMetrics: null,
  ...status,
});

const reasonFor = (best: Proposal, current: number) =>
  best.replicas > current ? `${best.name} above target` : "All metrics below target";

function outsideBounds({ spec }: HorizontalPodAutoscaler, replicas: number) {
  const { minReplicas = 1, maxReplicas } = spec;
  if (replicas > maxReplicas)
    return { replicas: maxReplicas, why: "Current number of replicas above Spec.MaxReplicas" };
  if (replicas < minReplicas)
    return { replicas: minReplicas, why: "Current number of replicas below Spec.MinReplicas" };
  return undefined;
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
