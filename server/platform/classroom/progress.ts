import { randomUUID } from "node:crypto";
import type { LabProgress, LabSummary, ProgressReport, StepConditions } from "../../contracts/index.ts";
import type { Database, LabStanding, RecordedEvent } from "../db/index.ts";
import { signals } from "../metrics/index.ts";
import { KEEP_AGAIN_MS } from "./limits.ts";
import { isNotKept, NotKept } from "./not-kept.ts";

export interface ProgressDeps {
  readonly db: () => Promise<Database>;
  /** As this learner reads it. */
  readonly lab: (learner: string, id: string) => Promise<LabSummary | undefined>;
  /** Called after each commit that changed something. */
  readonly changed: (standing: LabStanding) => void;
  /** Something was not kept, for the log. */
  readonly failed: (error: unknown) => void;
  /** What `keep` had to hold back is committed now and may be shown. */
  readonly keptAtLast: (learner: string, conditions: StepConditions) => void;
}

export type ReportOutcome =
  | { readonly kind: "recorded"; readonly progress: LabProgress }
  | { readonly kind: "unknown-lab" };

/** Writes what learners do and reach, before anybody is told. */
export class Progress {
  /** Per learner one after the other, so that the same result is not written twice. */
  private readonly queues = new Map<string, Promise<unknown>>();
  /** Results that wait for a database that takes writes: one a learner, the latest, for they replace each other. */
  private readonly waiting = new Map<string, NodeJS.Timeout>();

  constructor(private readonly deps: ProgressDeps) {}

  async get(learner: string, lab: string): Promise<LabProgress> {
    return progressOf(await (await this.deps.db()).standing(learner, lab));
  }

  async report(learner: string, report: ProgressReport): Promise<ReportOutcome> {
    const { id, kind, lab, step, detail, quiz } = report;
    const summary = await this.deps.lab(learner, lab);
    if (!summary || (step && !summary.steps.some((known) => known.id === step)))
      return { kind: "unknown-lab" };
    const event: RecordedEvent = {
      id,
      learner,
      kind,
      lab,
      step,
      payload: { ...(detail && { detail }), ...(quiz && { quiz: quiz.question, right: quiz.right }) },
      at: new Date(),
    };
    const standing = await this.inTurn(learner, () => this.commit(event));
    return { kind: "recorded", progress: progressOf(standing) };
  }

  /** What a check found, as it may be shown: "passed" only when that is committed. What is not is tried again. */
  async keep(learner: string, conditions: StepConditions): Promise<StepConditions> {
    clearTimeout(this.waiting.get(learner));
    this.waiting.delete(learner);
    try {
      await this.takeConditions(learner, conditions);
      return conditions;
    } catch (error) {
      this.deps.failed(error);
      const timer = setTimeout(() => {
        void this.keep(learner, conditions).then((shown) => {
          if (shown === conditions) this.deps.keptAtLast(learner, conditions);
        });
      }, KEEP_AGAIN_MS);
      this.waiting.set(learner, timer.unref());
      return heldBack(conditions, isNotKept(error) ? error : new NotKept(error));
    }
  }

  /** Committed when this resolves; nothing is written when nothing is new. */
  private takeConditions(learner: string, conditions: StepConditions): Promise<LabProgress> {
    return this.inTurn(learner, async () => {
      const { lab, step, results } = conditions;
      const before = await (await this.deps.db()).standing(learner, lab);
      const summary = await this.deps.lab(learner, lab);
      const payload = {
        passed: results.filter(({ status }) => status === "passed").map(({ id }) => id),
        complete: results.length > 0 && results.every(({ status }) => status === "passed"),
        // While some are still being looked at, what failed last still stands.
        failing:
          firstFailing(conditions) ?? (isSettled(conditions) ? undefined : (before.lastFailing ?? undefined)),
        required: summary?.steps.filter((known) => known.conditions > 0).map(({ id }) => id) ?? [],
      };
      if (!isNews(before, step, payload)) return progressOf(before);
      const event: RecordedEvent = {
        id: randomUUID(),
        learner,
        kind: "conditions",
        lab,
        step,
        payload,
        at: new Date(),
      };
      return progressOf(await this.commit(event));
    });
  }

  private async commit(event: RecordedEvent): Promise<LabStanding> {
    const db = await this.deps.db();
    const from = performance.now();
    const standing = await db.record(event).catch((error: unknown) => {
      throw new NotKept(error);
    });
    signals.query.tell({ operation: "record", seconds: (performance.now() - from) / 1000 });
    this.deps.changed(standing);
    return standing;
  }

  private inTurn<T>(learner: string, task: () => Promise<T>): Promise<T> {
    const before = this.queues.get(learner) ?? Promise.resolve();
    const mine = before.then(task, task);
    const settled = mine.then(
      () => undefined,
      () => undefined,
    );
    this.queues.set(learner, settled);
    void settled.then(() => {
      if (this.queues.get(learner) === settled) this.queues.delete(learner);
    });
    return mine;
  }
}

function heldBack({ lab, step, results }: StepConditions, { message }: NotKept): StepConditions {
  return {
    ...{ lab, step },
    results: results.map((result) =>
      result.status === "passed"
        ? { ...result, status: "unknown", message: `This holds, but it is not saved yet. ${message}` }
        : result,
    ),
  };
}

interface Found {
  readonly passed: readonly string[];
  readonly complete: boolean;
  readonly failing: { readonly condition: string; readonly message: string } | undefined;
}

function firstFailing({ results }: StepConditions): Found["failing"] {
  const failed = results.find(({ status }) => status === "failed");
  return failed && { condition: failed.id, message: failed.message };
}

function isSettled({ results }: StepConditions): boolean {
  return results.every(({ status }) => status === "passed" || status === "failed");
}

function isNews(before: LabStanding, step: string, { passed, complete, failing }: Found): boolean {
  const known = new Set(before.passedConditions);
  if (passed.some((condition) => !known.has(`${step}/${condition}`))) return true;
  if (complete && !before.passedSteps.includes(step)) return true;
  return (
    before.lastFailing?.condition !== failing?.condition || before.lastFailing?.message !== failing?.message
  );
}

export function progressOf(standing: LabStanding): LabProgress {
  return {
    lab: standing.lab,
    ...(standing.currentStep && { currentStep: standing.currentStep }),
    passedSteps: [...standing.passedSteps],
    passedConditions: standing.passedConditions.map((entry) => {
      const at = entry.indexOf("/");
      return { step: entry.slice(0, at), condition: entry.slice(at + 1) };
    }),
    ...(standing.finishedAt && { finishedAt: standing.finishedAt.getTime() }),
  };
}
