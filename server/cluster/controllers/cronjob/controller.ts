import { deepEqual, isAlreadyExists, isNotFound } from "../../apimachinery/index.ts";
import {
  type CronJob,
  type CronSchedule,
  type Job,
  parseSchedule,
  resourceTypes,
  ScheduleError,
} from "../../apis/index.ts";
import { keyOf, refOf } from "../../client/index.ts";
import {
  type ControllerContext,
  clientFor,
  enqueueAll,
  queueFor,
  recorderFor,
  run,
  timestamp,
} from "../common/context.ts";
import { controllerOf, controllerReference, isControlledBy } from "../common/owners.ts";
import { type CronVerdict, planCronJob, surplusJobs } from "./plan.ts";

/** Starts jobs on schedule. Follows pkg/controller/cronjob (v2). */
export function startCronJobController(context: ControllerContext): void {
  const { informers } = context;
  const controller = new CronJobController(context);
  enqueueAll(context, resourceTypes.cronJobs, controller.queue);
  const jobs = informers.of(resourceTypes.jobs);
  const changed = (job: Job) => {
    const owner = controllerOf(job);
    if (owner?.kind === "CronJob") controller.queue.add(`${job.metadata.namespace}/${owner.name}`);
  };
  jobs.addHandler({ added: changed, updated: changed, deleted: changed });
  run(context, {
    name: "cronjob",
    queue: controller.queue,
    caches: [informers.of(resourceTypes.cronJobs), jobs],
    reconcile: (key) => controller.reconcile(key),
  });
}

/** Upstream waits a little past the time, so that clocks that differ by less do no harm (nextScheduleDelta). */
const DELTA_MS = 100;

class CronJobController {
  readonly queue;
  private readonly listers;
  private readonly write;
  private readonly events;

  constructor(private readonly context: ControllerContext) {
    const { informers } = context;
    this.queue = queueFor(context);
    this.listers = {
      crons: informers.of(resourceTypes.cronJobs).lister,
      jobs: informers.of(resourceTypes.jobs).lister,
    };
    this.write = {
      crons: clientFor(context, resourceTypes.cronJobs),
      jobs: clientFor(context, resourceTypes.jobs),
    };
    this.events = recorderFor(context, "cronjob-controller");
  }

  async reconcile(key: string): Promise<void> {
    const cron = this.listers.crons.get(key);
    if (!cron || cron.metadata.deletionTimestamp) return;
    const jobs = this.listers.jobs
      .inNamespace(cron.metadata.namespace ?? "")
      .filter((job) => isControlledBy(job, cron));
    const active = jobs.filter((job) => !endOf(job));
    await this.trimHistory(cron, jobs);
    let status = { ...this.seen(cron, jobs), active: active.map(referenceTo) };
    const schedule = this.scheduleOf(cron);
    if (schedule && !cron.spec.suspend) {
      const verdict = planCronJob(cron, { schedule, active, now: this.context.clock.now() });
      if (verdict.ms !== undefined) this.queue.addAfter(key, verdict.ms + DELTA_MS);
      const started = await this.carryOut(cron, verdict);
      if (started) {
        const gone = new Set(
          verdict.kind === "start" ? verdict.replace.map(({ metadata }) => metadata.uid) : [],
        );
        const kept = status.active.filter(({ uid }) => !gone.has(uid) && uid !== started.job.metadata.uid);
        status = { ...status, active: [...kept, referenceTo(started.job)], lastScheduleTime: started.at };
      }
    }
    await this.writeStatus(cron, status);
  }

  private scheduleOf(cron: CronJob): CronSchedule | undefined {
    try {
      return parseSchedule(cron.spec.schedule);
    } catch (error) {
      if (!(error instanceof ScheduleError)) throw error;
      const message = `unparseable schedule: ${cron.spec.schedule} : ${error.message}`;
      this.events.record(cron, { type: "Warning", reason: "UnparseableSchedule", message });
      return undefined;
    }
  }

  private async carryOut(cron: CronJob, verdict: CronVerdict): Promise<{ job: Job; at: string } | undefined> {
    switch (verdict.kind) {
      case "wait":
        return undefined;
      case "missed": {
        const message = `Missed scheduled time to start a job: ${new Date(verdict.scheduled).toUTCString()}`;
        this.events.record(cron, { type: "Warning", reason: "MissSchedule", message });
        return undefined;
      }
      case "busy": {
        const message =
          "Not starting job because prior execution is running and concurrency policy is Forbid";
        this.events.record(cron, { type: "Normal", reason: "JobAlreadyActive", message });
        return undefined;
      }
      case "start":
        for (const job of verdict.replace) await this.remove(cron, job);
        return this.start(cron, verdict.scheduled);
    }
  }

  private async start(cron: CronJob, scheduled: number) {
    const job = jobFor(cron, scheduled);
    const at = timestamp({ clock: { ...this.context.clock, now: () => scheduled } });
    try {
      const created = await this.write.jobs.create(job);
      const message = `Created job ${created.metadata.name}`;
      this.events.record(cron, { type: "Normal", reason: "SuccessfulCreate", message });
      return { job: created, at };
    } catch (error) {
      // Ours already: the status had not been written.
      if (isAlreadyExists(error)) return { job: await this.write.jobs.get(refOf(keyOf(job))), at };
      const message = `Error creating job: ${error instanceof Error ? error.message : String(error)}`;
      this.events.record(cron, { type: "Warning", reason: "FailedCreate", message });
      throw error;
    }
  }

  private async remove(cron: CronJob, job: Job): Promise<void> {
    try {
      await this.write.jobs.delete(refOf(keyOf(job)), { propagationPolicy: "Background" });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
    const message = `Deleted job ${job.metadata.name}`;
    this.events.record(cron, { type: "Normal", reason: "SuccessfulDelete", message });
  }

  private async trimHistory(cron: CronJob, jobs: readonly Job[]): Promise<void> {
    const finished = jobs.flatMap((job) => {
      const end = endOf(job);
      return end ? [{ job, succeeded: end.type === "Complete" }] : [];
    });
    for (const job of surplusJobs(cron, finished)) await this.remove(cron, job);
  }

  /** What ended since we last wrote is told once, and the last success remembered. */
  private seen(cron: CronJob, jobs: readonly Job[]): NonNullable<CronJob["status"]> {
    const known = new Set((cron.status?.active ?? []).map(({ uid }) => uid));
    let lastSuccessfulTime = cron.status?.lastSuccessfulTime;
    for (const job of jobs) {
      const end = endOf(job);
      if (!end) continue;
      const { completionTime } = job.status ?? {};
      if (end.type === "Complete" && completionTime && completionTime > (lastSuccessfulTime ?? ""))
        lastSuccessfulTime = completionTime;
      if (!known.has(job.metadata.uid)) continue;
      const message = `Saw completed job: ${job.metadata.name}, condition: ${end.type}`;
      this.events.record(cron, { type: "Normal", reason: "SawCompletedJob", message });
    }
    return { ...cron.status, ...(lastSuccessfulTime ? { lastSuccessfulTime } : {}) };
  }

  private async writeStatus(cron: CronJob, status: NonNullable<CronJob["status"]>): Promise<void> {
    const { active = [], ...rest } = status;
    const wanted = { ...rest, ...(active.length > 0 ? { active } : {}) };
    if (deepEqual(wanted, cron.status ?? {})) return;
    try {
      await this.write.crons.updateStatus({ ...cron, status: wanted });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
}

function endOf({ status }: Job) {
  return status?.conditions?.find(
    ({ type, status: state }) => (type === "Complete" || type === "Failed") && state === "True",
  );
}

const referenceTo = ({ metadata }: Job) => ({
  apiVersion: "batch/v1",
  kind: "Job",
  name: metadata.name ?? "",
  namespace: metadata.namespace ?? "",
  uid: metadata.uid ?? "",
  resourceVersion: metadata.resourceVersion ?? "",
});

/** Named by the scheduled minute, so that one time starts one job. */
function jobFor(cron: CronJob, scheduled: number): Job {
  const { jobTemplate } = cron.spec;
  const { namespace } = cron.metadata;
  const { labels, annotations } = jobTemplate.metadata ?? {};
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: {
      name: `${cron.metadata.name}-${Math.floor(scheduled / 60_000)}`,
      ...(namespace ? { namespace } : {}),
      ...(labels ? { labels } : {}),
      annotations: {
        ...annotations,
        "batch.kubernetes.io/cronjob-scheduled-timestamp": `${new Date(scheduled).toISOString().slice(0, 19)}Z`,
      },
      ownerReferences: [controllerReference(cron)],
    },
    spec: jobTemplate.spec,
  };
}
