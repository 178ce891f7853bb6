import { describe, expect, it } from "vitest";
import { TestClock } from "../../../base/index.ts";
import { instantQuery } from "../promql/query.ts";
import { SeriesStore } from "../storage/series-store.ts";
import { readRules, ruleFiles } from "./read-rules.ts";
import { RuleManager } from "./rule-manager.ts";

const RULES = `
groups:
- name: shop
  interval: 10s
  rules:
  - record: shop:load:sum
    expr: sum(load) by (pod)
    labels: {team: red}
  - alert: TooBusy
    expr: shop:load:sum > 5
    for: 15s
    labels: {severity: page, who: '{{ $labels.pod }}'}
    annotations: {summary: '{{ $labels.pod }} carries {{ $value }}', link: '{{ humanize $value }}'}
`;

function started(rules = RULES) {
  const clock = new TestClock();
  const store = new SeriesStore();
  const manager = new RuleManager({ store, clock });
  manager.use(readRules("/etc/config/rules", rules, 60_000));
  const load = (pod: string, value: number) => {
    const series = store.seriesOf({ __name__: "load", pod });
    if (series) store.append(series, { time: clock.now(), value, step: 10_000 });
  };
  const ask = (text: string) => {
    const value = instantQuery({ store, defaultStep: 10_000 }, text, clock.now());
    return value.type === "vector" ? value.samples.map((one) => [one.labels, one.value]) : value;
  };
  return { clock, manager, load, ask };
}

describe("rules", () => {
  it("record what their expression gives, and stop when it gives nothing", async () => {
    const { clock, load, ask, manager } = started();
    load("a", 2);
    load("b", 3);
    await clock.advance(10_000);
    const labels = (pod: string) => ({ __name__: "shop:load:sum", pod, team: "red" });
    expect(ask("shop:load:sum")).toEqual([
      [labels("a"), 2],
      [labels("b"), 3],
    ]);
    manager.use([]);
    await clock.advance(10_000);
    expect(ask("shop:load:sum")).toEqual([]);
  });

  it("turn from inactive to pending to firing and back", async () => {
    const { clock, load, ask, manager } = started();
    const states = () => manager.alerts().map((one) => ("state" in one ? one.state : ""));
    load("a", 2);
    await clock.advance(10_000);
    expect(states()).toEqual([]);
    load("a", 9);
    await clock.advance(10_000);
    const activeAt = new Date(clock.now()).toISOString();
    const labels = { alertname: "TooBusy", pod: "a", severity: "page", team: "red", who: "a" };
    const annotations = {
      summary: "a carries 9",
      link: "<error expanding template: humanize $value is not supported by the practice cluster>",
    };
    expect(manager.alerts()).toEqual([{ labels, annotations, state: "pending", activeAt, value: "9e+00" }]);
    expect(ask("ALERTS")).toEqual([[{ __name__: "ALERTS", alertstate: "pending", ...labels }, 1]]);
    await clock.advance(10_000);
    expect(states()).toEqual(["pending"]);
    await clock.advance(10_000);
    expect(manager.alerts()).toEqual([{ labels, annotations, state: "firing", activeAt, value: "9e+00" }]);
    expect(ask("ALERTS")).toEqual([[{ __name__: "ALERTS", alertstate: "firing", ...labels }, 1]]);
    const lastEvaluation = new Date(clock.now()).toISOString();
    const evaluated = { health: "ok", evaluationTime: expect.any(Number), lastEvaluation };
    expect(manager.list("")).toEqual([
      {
        name: "shop",
        file: "/etc/config/rules",
        rules: [
          {
            name: "shop:load:sum",
            query: "sum by (pod) (load)",
            labels: { team: "red" },
            ...evaluated,
            type: "recording",
          },
          {
            state: "firing",
            name: "TooBusy",
            query: "shop:load:sum > 5",
            labels: { severity: "page", who: "{{ $labels.pod }}" },
            ...evaluated,
            duration: 15,
            keepFiringFor: 0,
            annotations: { summary: "{{ $labels.pod }} carries {{ $value }}", link: "{{ humanize $value }}" },
            alerts: manager.alerts(),
            type: "alerting",
          },
        ],
        interval: 10,
        limit: 0,
        evaluationTime: expect.any(Number),
        lastEvaluation,
      },
    ]);
    expect(manager.list("record")).toMatchObject([{ rules: [{ type: "recording" }] }]);
    load("a", 1);
    await clock.advance(10_000);
    expect([states(), ask("ALERTS")]).toEqual([[], []]);
  });

  it("say when they cannot be evaluated", async () => {
    const { clock, manager } = started(
      'groups: [{name: a, interval: 10s, rules: [{record: b, expr: \'label_replace(up, "-", "", "", "")\'}]}]',
    );
    await clock.advance(10_000);
    expect(manager.list("")).toMatchObject([
      { rules: [{ health: "err", lastError: "invalid destination label name in label_replace(): -" }] },
    ]);
  });

  it.each<[string, string]>([
    ["{}", ""],
    ["groups: [{}]", "f: Groupname must not be empty"],
    ["groups: [{name: a}, {name: a}]", 'f: groupname: "a" is repeated in the same file'],
    [
      "groups: [{name: a, rules: [{expr: up}]}]",
      "f: group \"a\", rule 1: one of 'record' or 'alert' must be set",
    ],
    [
      "groups: [{name: a, rules: [{record: b, alert: c, expr: up}]}]",
      "f: group \"a\", rule 1, \"b\": only one of 'record' and 'alert' must be set",
    ],
    [
      "groups: [{name: a, rules: [{record: b}]}]",
      'f: group "a", rule 1, "b": field \'expr\' must be set in rule',
    ],
    [
      "groups: [{name: a, rules: [{record: b-c, expr: up}]}]",
      'f: group "a", rule 1, "b-c": invalid recording rule name: b-c',
    ],
    [
      "groups: [{name: a, rules: [{alert: b, expr: up)}]}]",
      'f: group "a", rule 1, "b": could not parse expression: 1:3: parse error: unexpected right parenthesis \')\'',
    ],
  ])("are read from %s", (text, message) => {
    const read = () => readRules("f", text, 60_000);
    if (message === "") expect(read()).toEqual([]);
    else expect(read).toThrow(message);
  });

  it("are found by pattern", () => {
    const names = ["/etc/config/a.yml", "/etc/config/b.yaml", "/etc/config/rules"];
    const files = {
      read: (path: string) => (names.includes(path) ? Buffer.from("") : undefined),
      list: () => names.map((one) => one.slice("/etc/config/".length)),
      write: () => undefined,
    };
    expect(ruleFiles(files, ["/etc/config/rules", "/etc/config/none", "/etc/config/*.y*ml"])).toEqual([
      "/etc/config/rules",
      "/etc/config/a.yml",
      "/etc/config/b.yaml",
    ]);
  });
});
