import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { objectOf, valueAt } from "../../../apimachinery/index.ts";
import { TestClock } from "../../../base/index.ts";
import { plain, serveHttp } from "../../http/index.ts";
import { PodBench } from "../../testing/pod.ts";
import { createPrometheusProgram } from "../program.ts";

const CONFIG = (interval: string, target: string) => `global:
  scrape_interval: ${interval}
scrape_configs:
- job_name: app
  honor_labels: true
  static_configs:
  - targets: ['${target}:8080', '${target}:8081']
    labels: {team: red, code: mine}
  metric_relabel_configs:
  - {action: drop, source_labels: [__name__], regex: noise.*}
`;

/** Long: the machine may be busy. */
const PATIENCE = { timeout: 30_000, interval: 20 };

let bench: PodBench;
let clock: TestClock;
let at: string;
let app: string;
const files: Record<string, string> = {};
let scrapes = 0;

/** One Prometheus that has scraped a pod three times, ten seconds apart; one of its targets is away. */
beforeAll(async () => {
  bench = new PodBench();
  clock = new TestClock();
  const pod = bench.started.add(bench.network.attachPod({ namespace: "demo", name: "app" }));
  app = pod.ip;
  bench.started.add(
    serveHttp(pod, 8080, () => {
      scrapes += 1;
      const hits = scrapes * 100;
      return plain(
        `# HELP hits_total Requests.\n# TYPE hits_total counter\nhits_total{code="200"} ${hits}\nhits_total{code="500"} ${scrapes}\n# TYPE temperature gauge\ntemperature 21.5\nnoise 1\n`,
      );
    }),
  );
  files["/etc/config/prometheus.yml"] = CONFIG("10s", app);
  const program = createPrometheusProgram({
    transportFor: () => ({
      request: () => Promise.reject(new Error("nothing of Kubernetes is asked for")),
      watch: () => {
        throw new Error("nothing of Kubernetes is asked for");
      },
    }),
  });
  const command = ["/bin/prometheus", "--config.file=/etc/config/prometheus.yml", "--web.enable-lifecycle"];
  at = `${bench.run(program, { image: "prom/prometheus:v2.48.0", command, files, clock }).ip}:9090`;
  for (let round = 1; round <= 3; round++) {
    await clock.advance(10_000);
    const up = () => bench.ask(at, "/api/v1/query?query=count_over_time(up[1h])");
    await vi.waitFor(async () => {
      const counts = JSON.stringify((await up()).json).match(/"\d+"\]/g);
      expect(counts).toEqual([`"${round}"]`, `"${round}"]`]);
    }, PATIENCE);
  }
}, 60_000);
afterAll(() => bench.dispose());

const ask = async (path: string) => {
  const { status, json: body } = await bench.ask(at, `/api/v1/${path}`);
  return status === 200 ? valueAt(body, "data") : body;
};
const enc = encodeURIComponent;
const seconds = () => clock.now() / 1000;
const labels = { instance: () => `${app}:8080`, job: "app", team: "red" };
const own = () => ({ ...labels, instance: labels.instance() });

describe("Prometheus' HTTP API", () => {
  it("answers instant queries, by GET and by form", async () => {
    const vector = {
      resultType: "vector",
      result: [{ metric: { __name__: "hits_total", code: "500", ...own() }, value: [seconds(), "3"] }],
    };
    expect(await ask(`query?query=${enc('hits_total{code="500"}')}`)).toEqual(vector);
    const body = `query=${enc('hits_total{code="500"}')}`;
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    expect((await bench.ask(at, "/api/v1/query", { body, headers })).json).toEqual({
      status: "success",
      data: vector,
    });
    expect(await ask(`query?query=${enc("1 + 1")}&time=5`)).toEqual({
      resultType: "scalar",
      result: [5, "2"],
    });
    expect(await ask(`query?query=${enc('"a"')}&time=1970-01-01T00:00:07Z`)).toEqual({
      resultType: "string",
      result: [7, "a"],
    });
    expect(await ask("query?query=1e21*10")).toMatchObject({
      result: [expect.anything(), "10000000000000000000000"],
    });
  });

  it("answers range queries", async () => {
    const range = `start=${seconds() - 20}&end=${seconds()}&step=10s`;
    expect(await ask(`query_range?query=${enc("sum(hits_total)")}&${range}`)).toEqual({
      resultType: "matrix",
      result: [
        { metric: {}, values: [101, 202, 303].map((value, i) => [seconds() - 20 + i * 10, String(value)]) },
      ],
    });
  });

  it.each<[string, string, string]>([
    [
      "query?query=",
      "400 bad_data",
      'invalid parameter "query": unknown position: parse error: no expression found in input',
    ],
    [
      "query?query=up)",
      "400 bad_data",
      `invalid parameter "query": 1:3: parse error: unexpected right parenthesis ')'`,
    ],
    [
      "query?query=up&time=noon",
      "400 bad_data",
      'invalid parameter "time": cannot parse "noon" to a valid timestamp',
    ],
    [
      "query_range?query=up",
      "400 bad_data",
      'invalid parameter "start": cannot parse "" to a valid timestamp',
    ],
    [
      "query_range?query=up&start=5&end=1&step=1",
      "400 bad_data",
      'invalid parameter "end": end timestamp must not be before start time',
    ],
    [
      "query_range?query=up&start=1&end=5&step=0",
      "400 bad_data",
      'invalid parameter "step": zero or negative query resolution step widths are not accepted. Try a positive integer',
    ],
    [
      "query_range?query=up&start=1&end=5&step=x",
      "400 bad_data",
      'invalid parameter "step": cannot parse "x" to a valid duration',
    ],
    [
      "query_range?query=up&start=0&end=11001&step=1",
      "400 bad_data",
      "exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)",
    ],
    [
      "query_range?query=up[1m]&start=0&end=1&step=1",
      "400 bad_data",
      'invalid parameter "query": invalid expression type "range vector" for range query, must be Scalar or instant Vector',
    ],
    ["series", "400 bad_data", "no match[] parameter provided"],
    [
      "series?match[]=up)",
      "400 bad_data",
      `invalid parameter "match[]": 1:3: parse error: unexpected right parenthesis ')'`,
    ],
    ["label/a-b/values", "400 bad_data", 'invalid label name: "a-b"'],
    ["metadata?limit=x", "400 bad_data", 'invalid parameter "limit": limit must be a number'],
    ["admin/tsdb/snapshot", "503 unavailable", "admin APIs disabled"],
    [
      `query?query=${enc("{__name__=~'temperature|up'} * 0")}`,
      "422 execution",
      "vector cannot contain metrics with the same labelset",
    ],
  ])("refuses %s", async (path, kind, error) => {
    const [status, errorType] = kind.split(" ");
    const refused = await bench.ask(at, `/api/v1/${path}`);
    expect(refused.json).toEqual({ status: "error", errorType, error });
    expect(String(refused.status)).toBe(status);
  });

  it("lists series, labels and values", async () => {
    expect(await ask("series?match[]=temperature")).toEqual([
      { __name__: "temperature", code: "mine", ...own() },
    ]);
    expect(await ask("labels?match[]=temperature")).toEqual(["__name__", "code", "instance", "job", "team"]);
    expect(await ask("label/code/values")).toEqual(["200", "500", "mine"]);
    expect(await ask("label/__name__/values")).toEqual([
      ...["hits_total", "scrape_duration_seconds", "scrape_samples_scraped", "temperature", "up"],
    ]);
    expect(await ask("metadata?metric=hits_total")).toEqual({
      hits_total: [{ type: "counter", help: "Requests.", unit: "" }],
    });
  });

  it("reports its targets", async () => {
    const discoveredLabels = {
      __address__: `${app}:8080`,
      __metrics_path__: "/metrics",
      __scheme__: "http",
      __scrape_interval__: "10s",
      __scrape_timeout__: "10s",
      code: "mine",
      job: "app",
      team: "red",
    };
    const { activeTargets } = objectOf(await ask("targets?state=active"));
    expect(activeTargets).toEqual([
      {
        discoveredLabels,
        labels: { code: "mine", ...own() },
        scrapePool: "app",
        scrapeUrl: `http://${app}:8080/metrics`,
        globalUrl: `http://${app}:8080/metrics`,
        lastError: "",
        lastScrape: new Date(clock.now()).toISOString(),
        lastScrapeDuration: expect.any(Number),
        health: "up",
        scrapeInterval: "10s",
        scrapeTimeout: "10s",
      },
      expect.objectContaining({
        health: "down",
        lastError: `Get "http://${app}:8081/metrics": dial tcp ${app}:8081: connect: connection refused`,
      }),
    ]);
    expect(await ask("scrape_pools")).toEqual({ scrapePools: ["app"] });
  });

  it("tells of itself", async () => {
    expect(await ask("status/buildinfo")).toMatchObject({ version: "2.48.0" });
    expect(await ask("status/config")).toEqual({ yaml: CONFIG("10s", app) });
    expect(await ask("status/flags")).toMatchObject({
      "web.enable-lifecycle": "true",
      "query.lookback-delta": "5m",
    });
    expect(await ask("status/runtimeinfo")).toMatchObject({
      reloadConfigSuccess: true,
      storageRetention: "1h",
    });
    expect(await ask("status/tsdb")).toMatchObject({ headStats: { numSeries: 9 } });
    expect(await ask("rules")).toEqual({ groups: [] });
    expect(await ask("alerts")).toEqual({ alerts: [] });
    const federated = await bench.ask(at, "/federate?match[]=temperature");
    expect(federated.text).toBe(
      `# TYPE temperature untyped\ntemperature{code="mine",instance="${app}:8080",job="app",team="red"} 21.5 ${clock.now()}\n`,
    );
    expect((await bench.ask(at, "/metrics")).text).toContain("prometheus_tsdb_head_series 9\n");
    expect(await bench.ask(at, "/")).toMatchObject({ status: 302, headers: { location: "/graph" } });
    expect((await bench.ask(at, "/graph")).text).toContain("The practice cluster's Prometheus");
    expect(await bench.ask(at, "/-/ready")).toMatchObject({
      status: 200,
      text: "Prometheus Server is Ready.\n",
    });
  });

  it("evaluates the rules that its files have", async () => {
    const rules = "groups: [{name: a, interval: 10s, rules: [{record: load, expr: temperature * 2}]}]";
    files["/etc/config/rules"] = rules;
    files["/etc/config/prometheus.yml"] = `${CONFIG("10s", app)}rule_files: [/etc/config/rules]\n`;
    expect(await bench.ask(at, "/-/reload", { method: "POST" })).toMatchObject({ status: 200 });
    await clock.advance(10_000);
    await vi.waitFor(async () => {
      await clock.advance(10_000);
      expect(await ask("query?query=load")).toMatchObject({ result: [{ value: [seconds(), "43"] }] });
    }, PATIENCE);
    expect(await ask("rules")).toMatchObject({
      groups: [{ name: "a", rules: [{ query: "temperature * 2", health: "ok" }] }],
    });
    files["/etc/config/rules"] = "groups: [{}]";
    expect(await bench.ask(at, "/-/reload", { method: "POST" })).toMatchObject({ status: 500 });
    expect(await ask("rules")).toMatchObject({ groups: [{ name: "a" }] });
  }, 60_000);

  it("reads its file anew, and keeps the last good one", async () => {
    files["/etc/config/prometheus.yml"] = "scrape_configs: [{}]";
    expect(await bench.ask(at, "/-/reload")).toMatchObject({ status: 405 });
    expect(await bench.ask(at, "/-/reload", { method: "POST" })).toMatchObject({ status: 500 });
    expect(await ask("status/config")).toMatchObject({ yaml: expect.stringContaining(CONFIG("10s", app)) });
    expect(await ask("status/runtimeinfo")).toMatchObject({ reloadConfigSuccess: false });
    files["/etc/config/prometheus.yml"] = CONFIG("20s", app);
    expect(await bench.ask(at, "/-/reload", { method: "POST" })).toMatchObject({ status: 200, text: "" });
    expect(objectOf(await ask("targets")).activeTargets).toMatchObject([
      { scrapeInterval: "20s" },
      { scrapeInterval: "20s" },
    ]);
  });

  it.each([
    ["sum(rate(foo{a=\"b\",c!='d'}[5m]))by(a,b)", 'sum by (a, b) (rate(foo{a="b",c!="d"}[5m]))'],
    ["a/on(x)group_left(y)b   # why", "a / on (x) group_left (y) b"],
    ["-a+-1*( b)", "-a + -1 * (b)"],
    ["a[90s] offset   -60s @ 5", "a[1m30s] offset -1m @ 5.000"],
    ["topk(3,a)>bool 1", "topk(3, a) > bool 1"],
  ])("formats %s", async (text, formatted) => {
    expect(await ask(`format_query?query=${enc(text)}`)).toBe(formatted);
  });
});
