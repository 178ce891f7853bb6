import type { Clock, Disposable } from "../../../base/index.ts";
import { QueryError } from "../promql/ast.ts";
import { evaluateAt } from "../promql/query.ts";
import { formatValue, type Sample, sortedLabels } from "../promql/value.ts";
import type { Series } from "../storage/series.ts";
import type { SeriesStore } from "../storage/series-store.ts";
import { type Alert, alertSamples, nextAlerts } from "./alerts.ts";
import type { AlertingRule, RecordingRule, RuleGroup } from "./read-rules.ts";

interface RuleState {
  readonly rule: RecordingRule | AlertingRule;
  alerts: ReadonlyMap<string, Alert>;
  /** Series written last time; those that are not written again go stale. */
  written: ReadonlySet<Series>;
  health: "unknown" | "ok" | "err";
  lastError: string;
  lastEvaluation: number;
  /** Seconds. */
  evaluationTime: number;
}

interface GroupState {
  readonly group: RuleGroup;
  readonly rules: readonly RuleState[];
  timer: Disposable | undefined;
}

export interface RuleManagerDeps {
  readonly store: SeriesStore;
  readonly clock: Clock;
}

/** Evaluates each group at its interval. Alerts are kept and shown; there is no Alertmanager to tell. */
export class RuleManager implements Disposable {
  private groups: readonly GroupState[] = [];

  constructor(private readonly deps: RuleManagerDeps) {}

  /** From now on these; alerts of rules that are gone are forgotten. */
  use(groups: readonly RuleGroup[]): void {
    this.dispose();
    this.groups = groups.map((group) => ({
      group,
      rules: group.rules.map((rule) => ({
        ...{ rule, alerts: new Map(), written: new Set<Series>(), health: "unknown" as const },
        ...{ lastError: "", lastEvaluation: 0, evaluationTime: 0 },
      })),
      timer: undefined,
    }));
    for (const state of this.groups) this.schedule(state);
  }

  alerts(): readonly object[] {
    return this.groups.flatMap(({ rules }) =>
      rules.flatMap(({ alerts }) => [...alerts.values()].map(alertJson)),
    );
  }

  /** `type` is "alert", "record" or empty: both. */
  list(type: string): readonly object[] {
    const kind = type === "alert" ? "alerting" : type === "record" ? "recording" : undefined;
    return this.groups.map(({ group, rules }) => ({
      name: group.name,
      file: group.file,
      rules: rules.filter(({ rule }) => kind === undefined || rule.kind === kind).map(ruleJson),
      interval: group.interval / 1000,
      limit: 0,
      evaluationTime: rules.reduce((sum, one) => sum + one.evaluationTime, 0),
      lastEvaluation: timeText(Math.max(0, ...rules.map((one) => one.lastEvaluation))),
    }));
  }

  dispose(): void {
    const now = this.deps.clock.now();
    for (const { timer, rules } of this.groups) {
      timer?.dispose();
      for (const { written } of rules) for (const series of written) series.markStale(now);
    }
    this.groups = [];
  }

  private schedule(state: GroupState): void {
    state.timer = this.deps.clock.setTimeout(() => {
      this.schedule(state);
      for (const rule of state.rules) this.evaluate(rule, state.group.interval);
    }, state.group.interval);
  }

  private evaluate(state: RuleState, interval: number): void {
    const { store, clock } = this.deps;
    const { rule } = state;
    const now = clock.now();
    const begun = clock.monotonic();
    try {
      const value = evaluateAt({ store, clock, defaultStep: interval }, rule.expression, now);
      const samples: readonly Sample[] =
        value.type === "vector"
          ? value.samples
          : value.type === "scalar"
            ? [{ labels: {}, value: value.value }]
            : [];
      if (rule.kind === "alerting") state.alerts = nextAlerts(state.alerts, rule, { samples, now });
      const results =
        rule.kind === "alerting" ? alertSamples(state.alerts.values()) : recorded(rule, samples);
      this.write(state, results, { time: now, step: interval });
      state.health = "ok";
      state.lastError = "";
    } catch (error) {
      if (!(error instanceof QueryError)) throw error;
      state.health = "err";
      state.lastError = error.message;
    }
    state.lastEvaluation = now;
    state.evaluationTime = (clock.monotonic() - begun) / 1000;
  }

  private write(state: RuleState, samples: readonly Sample[], at: { time: number; step: number }): void {
    const written = new Set<Series>();
    for (const { labels, value } of samples) {
      const series = this.deps.store.seriesOf(labels);
      if (!series) continue;
      this.deps.store.append(series, { ...at, value });
      written.add(series);
    }
    for (const series of state.written) if (!written.has(series)) series.markStale(at.time);
    state.written = written;
  }
}

const recorded = (rule: RecordingRule, samples: readonly Sample[]): readonly Sample[] =>
  samples.map(({ labels, value }) => ({ labels: { ...labels, ...rule.labels, __name__: rule.name }, value }));

const timeText = (time: number) => (time === 0 ? "0001-01-01T00:00:00Z" : new Date(time).toISOString());

function ruleJson({ rule, ...state }: RuleState): object {
  const common = {
    name: rule.name,
    query: rule.query,
    labels: rule.labels,
    health: state.health,
    ...(state.lastError && { lastError: state.lastError }),
    evaluationTime: state.evaluationTime,
    lastEvaluation: timeText(state.lastEvaluation),
  };
  if (rule.kind === "recording") return { ...common, type: "recording" };
  const alerts = [...state.alerts.values()];
  const firing = alerts.some((one) => one.state === "firing");
  return {
    state: firing ? "firing" : alerts.length > 0 ? "pending" : "inactive",
    ...common,
    duration: rule.hold / 1000,
    keepFiringFor: 0,
    annotations: rule.annotations,
    alerts: alerts.map(alertJson),
    type: "alerting",
  };
}

const alertJson = ({ labels, annotations, state, activeAt, value }: Alert): object => ({
  labels: sortedLabels(labels),
  annotations,
  state,
  activeAt: new Date(activeAt).toISOString(),
  value: exponential(value),
});

/** Go's strconv.FormatFloat(v, 'e', -1, 64). */
function exponential(value: number): string {
  if (!Number.isFinite(value)) return formatValue(value);
  return value.toExponential().replace(/e([-+])(\d)$/, "e$10$2");
}
