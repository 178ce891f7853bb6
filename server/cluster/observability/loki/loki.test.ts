import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { PodBench } from "../testing/pod.ts";
import { MAX_STREAMS } from "./limits.ts";
import { lokiProgram } from "./program.ts";

let bench: PodBench;
let at: string;
beforeEach(() => {
  bench = new PodBench();
  at = `${bench.run(lokiProgram, { image: "docker.io/grafana/loki:2.7.3" }).ip}:3100`;
});
afterEach(() => bench.dispose());

const NOW = BigInt(Date.now()) * 1_000_000n;
const ns = (seconds: number) => String(NOW - BigInt(seconds) * 1_000_000_000n);
const headers = { "content-type": "application/json" };
const push = (streams: readonly object[]) =>
  bench.ask(at, "/loki/api/v1/push", { body: JSON.stringify({ streams }), headers });
const web = {
  stream: { app: "web" },
  values: [
    [ns(3), "GET / 200"],
    [ns(2), "GET /x 404"],
  ],
};
const back = { stream: { app: "back" }, values: [[ns(1), "error: no money"]] };
const query = (logql: string, more = "") =>
  bench.ask(at, `/loki/api/v1/query_range?query=${encodeURIComponent(logql)}${more}`);

describe("Loki", () => {
  it("is ready, and knows what it was given", async () => {
    expect(await bench.ask(at, "/ready")).toMatchObject({ status: 200, text: "ready\n" });
    expect(await push([web, back])).toMatchObject({ status: 204, text: "" });
    expect(await bench.ask(at, "/loki/api/v1/labels")).toMatchObject({
      json: { status: "success", data: ["app"] },
    });
    expect(await bench.ask(at, "/loki/api/v1/label/app/values")).toMatchObject({
      json: { data: ["back", "web"] },
    });
    expect(await bench.ask(at, '/loki/api/v1/series?match[]={app="web"}')).toMatchObject({
      json: { data: [{ app: "web" }] },
    });
  });

  it.each<[string, readonly string[]]>([
    ['{app="web"}', ["GET /x 404", "GET / 200"]],
    ['{app=~"web|back"} |= "error"', ["error: no money"]],
    ['{app=~".+"} != "GET" ', ["error: no money"]],
    ['{app="web"} |~ "40[0-9]"', ["GET /x 404"]],
    ["{app=`web`} !~ `40\\d`", ["GET / 200"]],
    ['{app="web",app!="x"}', ["GET /x 404", "GET / 200"]],
    ['{app="web"} |~ "(G+E*)+T (.*)(.*)4"', ["GET /x 404"]],
    ['{app="none"}', []],
  ])("finds the lines of %s, newest first", async (logql, lines) => {
    await push([web, back]);
    const { json } = await query(logql);
    const values = JSON.stringify(json).match(/"\d+","([^"]*)"/g) ?? [];
    expect(values.map((one) => one.replace(/^"\d+","|"$/g, ""))).toEqual(lines);
  });

  it("keeps to time, limit and direction", async () => {
    await push([web]);
    const stream = { app: "web" };
    expect((await query('{app="web"}', "&limit=1&direction=forward")).json).toMatchObject({
      data: { resultType: "streams", result: [{ stream, values: [web.values[0]] }] },
    });
    expect((await query('{app="web"}', `&end=${ns(3)}`)).json).toMatchObject({
      data: { result: [{ stream, values: [web.values[0]] }] },
    });
  });

  it.each<[string, string]>([
    ["", "parse error : syntax error: unexpected $end"],
    ["{", "parse error at line 1, col 2: syntax error: unexpected $end, expecting IDENTIFIER"],
    ['{app="web"} | json', "parse error : pipeline stages are not supported by the practice cluster's Loki"],
    [
      'rate({app="web"}[1m])',
      "parse error : metric queries are not supported by the practice cluster's Loki",
    ],
    ['{app=~"("}', "parse error : error parsing regexp: missing closing ): `(`"],
    [
      '{app=~".*"}',
      'parse error : queries require at least one regexp or equality matcher that does not have an empty-compatible value. For instance, app=~".*" does not meet this requirement, but app=~".+" will',
    ],
  ])("refuses %s", async (logql, message) => {
    expect(await query(logql)).toMatchObject({ status: 400, text: `${message}\n` });
  });

  it("refuses what it cannot take", async () => {
    expect(await bench.ask(at, "/loki/api/v1/push", { body: "x" })).toMatchObject({ status: 415 });
    expect(await bench.ask(at, "/loki/api/v1/push", { body: "{", headers })).toMatchObject({ status: 400 });
    expect(await push([{ stream: {}, values: [["now", "x"]] }])).toMatchObject({ status: 400 });
    const many = Array.from({ length: MAX_STREAMS + 1 }, (_, i) => ({
      stream: { i: String(i) },
      values: [[ns(1), "x"]],
    }));
    expect(await push(many)).toMatchObject({ status: 429, text: "maximum active stream limit exceeded\n" });
  });
});
