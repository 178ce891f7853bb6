import type { ReadParams, RequestOutcome, TrafficState } from "../../contracts/index.ts";
import { limits } from "./limits.ts";

type Plan = ReadParams<"traffic:start">;

export interface GeneratorDeps {
  readonly send: (request: Plan["request"], signal: AbortSignal) => Promise<RequestOutcome>;
  readonly now: () => number;
}

interface Run {
  readonly plan: Plan;
  readonly since: number;
  readonly end: AbortController;
  readonly timers: readonly NodeJS.Timeout[];
  readonly counts: Map<string, number>;
  sent: number;
  skipped: number;
  inFlight: number;
  /** In a row, that could not be sent. */
  refused: number;
  problem: string | undefined;
  ended: TrafficState["ended"];
}

const idle: TrafficState = { running: false, sent: 0, outcomes: [], skipped: 0 };

/** Keeps one request coming at a rate, until it is asked to stop, its time is over, or nobody looks any more. */
export class TrafficGenerator {
  private run: Run | undefined;
  private askedAt = 0;

  constructor(private readonly deps: GeneratorDeps) {}

  start(plan: Plan): TrafficState {
    this.finish("asked");
    this.askedAt = this.deps.now();
    const run: Run = {
      ...{ plan, since: this.deps.now(), end: new AbortController(), counts: new Map() },
      ...{ sent: 0, skipped: 0, inFlight: 0, refused: 0, problem: undefined, ended: undefined },
      timers: [
        setInterval(() => this.tick(run), 1_000 / plan.rate).unref(),
        setTimeout(() => this.end(run, "limit"), plan.seconds * 1_000).unref(),
      ],
    };
    this.run = run;
    this.tick(run);
    return this.tell();
  }

  stop(): TrafficState {
    this.finish("asked");
    return this.tell();
  }

  /** Asking shows that somebody is there. */
  state(): TrafficState {
    this.askedAt = this.deps.now();
    return this.tell();
  }

  private finish(why: TrafficState["ended"]): void {
    if (this.run) this.end(this.run, why);
  }

  private end(run: Run, why: TrafficState["ended"]): void {
    if (run.ended !== undefined) return;
    run.ended = why;
    for (const timer of run.timers) clearTimeout(timer);
    run.end.abort();
  }

  private tick(run: Run): void {
    if (this.deps.now() - this.askedAt > limits.absentMs) {
      this.end(run, "left");
      return;
    }
    if (run.inFlight >= limits.inFlight) {
      run.skipped++;
      return;
    }
    run.inFlight++;
    this.deps
      .send(run.plan.request, run.end.signal)
      .then(
        (outcome) => this.count(run, outcome),
        (error: unknown) =>
          this.count(run, { kind: "cannot", why: error instanceof Error ? error.message : String(error) }),
      )
      .finally(() => run.inFlight--);
  }

  private count(run: Run, outcome: RequestOutcome): void {
    // What was cut off by the end says nothing.
    if (run.ended !== undefined) return;
    if (outcome.kind === "cannot") {
      run.refused++;
      run.problem = outcome.why;
      if (run.refused >= limits.refusals) this.end(run, "cannot");
      return;
    }
    run.refused = 0;
    run.problem = undefined;
    run.sent++;
    const words = outcome.kind === "answered" ? String(outcome.status) : outcome.why;
    const key = run.counts.has(words) || run.counts.size < limits.outcomes - 1 ? words : "other";
    run.counts.set(key, (run.counts.get(key) ?? 0) + 1);
  }

  private tell(): TrafficState {
    const { run } = this;
    if (!run) return idle;
    const { plan, since, sent, skipped, problem, ended } = run;
    return {
      ...{ running: ended === undefined, plan, sent, skipped, since },
      until: since + plan.seconds * 1_000,
      outcomes: [...run.counts]
        .map(([outcome, count]) => ({ outcome, count }))
        .sort((a, b) => b.count - a.count),
      ...(ended === undefined ? {} : { ended }),
      ...(problem === undefined ? {} : { problem }),
    };
  }
}
