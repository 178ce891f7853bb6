import { deepEqual, isNotFound } from "../../apimachinery/index.ts";
import { type Job, type Pod, resourceTypes } from "../../apis/index.ts";
import { keyOf, refOf } from "../../client/index.ts";
import { claim } from "../common/claim.ts";
import {
  type ControllerContext,
  clientFor,
  enqueueAll,
  queueFor,
  recorderFor,
  run,
  timestamp,
} from "../common/context.ts";
import { Expectations } from "../common/expectations.ts";
import { enqueueOwners } from "../common/owned-pods.ts";
import { controllerOf } from "../common/owners.ts";
import { podFromTemplate } from "../common/pods.ts";
import { slowStart } from "../common/slow-start.ts";
import { backoffLeft, isFinished, type JobVerdict, planJob } from "./plan.ts";
import { jobStatus } from "./status.ts";

/** Runs jobs to their end. Follows pkg/controller/job, without tracking finalizers: pods that are deleted do not count. */
export function startJobController(context: ControllerContext): void {
  const { informers } = context;
  const controller = new JobController(context);
  enqueueAll(context, resourceTypes.jobs, controller.queue);
  informers.of(resourceTypes.pods).addHandler({ added: (pod) => controller.podAdded(pod) });
  enqueueOwners(context, resourceTypes.jobs, controller.queue);
  run(context, {
    name: "job",
    queue: controller.queue,
    caches: [informers.of(resourceTypes.jobs), informers.of(resourceTypes.pods)],
    reconcile: (key) => controller.reconcile(key),
  });
}

class JobController {
  readonly queue;
  private readonly expectations: Expectations;
  private readonly listers;
  private readonly write;
  private readonly events;

  constructor(private readonly context: ControllerContext) {
    const { informers } = context;
    this.queue = queueFor(context);
    this.expectations = new Expectations(context.clock);
    this.listers = {
      jobs: informers.of(resourceTypes.jobs).lister,
      pods: informers.of(resourceTypes.pods).lister,
    };
    this.write = {
      jobs: clientFor(context, resourceTypes.jobs),
      pods: clientFor(context, resourceTypes.pods),
    };
    this.events = recorderFor(context, "job-controller");
  }

  podAdded(pod: Pod): void {
    const owner = controllerOf(pod);
    if (owner?.kind === "Job") {
      this.expectations.creationObserved(`${pod.metadata.namespace}/${owner.name}`);
    }
  }

  async reconcile(key: string): Promise<void> {
    const job = this.listers.jobs.get(key);
    if (!job) this.expectations.forget(key);
    if (!job || job.metadata.deletionTimestamp) return;
    if (isFinished(job)) return this.expire(key, job);
    if (!this.expectations.satisfied(key)) return;
    const now = this.context.clock.now();
    const candidates = this.listers.pods.inNamespace(job.metadata.namespace ?? "");
    const selector = job.spec.selector ?? {};
    const pods = await claim({ owner: job, selector, candidates, client: this.write.pods });
    const verdict = planJob(job, pods, now);
    if (verdict.kind === "running") await this.work(key, job, { verdict, wait: backoffLeft(pods, now) });
    else await this.finish(job, verdict, pods);
    const status = jobStatus(job, { pods, verdict, timestamp: timestamp(this.context) });
    if (!deepEqual(status, job.status))
      await this.ignoreGone(this.write.jobs.updateStatus({ ...job, status }));
    this.awaitDeadline(key, job, now);
  }

  private async work(
    key: string,
    job: Job,
    { verdict, wait }: { verdict: Extract<JobVerdict, { kind: "running" }>; wait: number },
  ): Promise<void> {
    for (const pod of verdict.remove) await this.ignoreGone(this.write.pods.delete(refOf(keyOf(pod))));
    if (verdict.create > 0 && wait > 0) this.queue.addAfter(key, wait);
    if (verdict.create === 0 || wait > 0) return;
    this.expectations.expect(key, { creations: verdict.create, deletions: [] });
    const { succeeded, error } = await slowStart(verdict.create, () => this.createPod(job));
    for (let lost = succeeded; lost < verdict.create; lost++) this.expectations.creationObserved(key);
    if (error !== undefined) throw error;
  }

  private async createPod(job: Job): Promise<void> {
    try {
      const pod = await this.write.pods.create(podFromTemplate(job.spec.template, job));
      const message = `Created pod: ${pod.metadata.name}`;
      this.events.record(job, { type: "Normal", reason: "SuccessfulCreate", message });
    } catch (error) {
      const message = `Error creating: ${error instanceof Error ? error.message : String(error)}`;
      this.events.record(job, { type: "Warning", reason: "FailedCreate", message });
      throw error;
    }
  }

  private async finish(job: Job, verdict: Exclude<JobVerdict, { kind: "running" }>, pods: readonly Pod[]) {
    const ended = (pod: Pod) => pod.status?.phase === "Succeeded" || pod.status?.phase === "Failed";
    for (const pod of pods) {
      if (!ended(pod)) await this.ignoreGone(this.write.pods.delete(refOf(keyOf(pod))));
    }
    if (verdict.kind === "complete") {
      this.events.record(job, { type: "Normal", reason: "Completed", message: "Job completed" });
    } else {
      const { reason, message } = verdict;
      this.events.record(job, { type: "Warning", reason, message });
    }
  }

  /** Follows ttlafterfinished. */
  private async expire(key: string, job: Job): Promise<void> {
    const seconds = job.spec.ttlSecondsAfterFinished;
    if (seconds === undefined) return;
    const end = job.status?.conditions?.find(({ type }) => type === "Complete" || type === "Failed");
    const left = Date.parse(end?.lastTransitionTime ?? "") + seconds * 1000 - this.context.clock.now();
    if (left > 0) this.queue.addAfter(key, left);
    else await this.ignoreGone(this.write.jobs.delete(refOf(key), { propagationPolicy: "Foreground" }));
  }

  private awaitDeadline(key: string, { spec, status }: Job, now: number): void {
    if (spec.activeDeadlineSeconds === undefined) return;
    const started = Date.parse(status?.startTime ?? "") || now;
    this.queue.addAfter(key, started + spec.activeDeadlineSeconds * 1000 - now);
  }

  private async ignoreGone(write: Promise<unknown>): Promise<void> {
    try {
      await write;
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
}
