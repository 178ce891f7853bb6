import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { goFloat } from "../http/go-float.ts";
import { webProgram } from "../http/web.ts";
import { street } from "../testing/street.ts";
import { Histogram } from "./histogram.ts";
import { fortio } from "./index.ts";

let town = street();
beforeEach(() => {
  town = street();
});
afterEach(() => town.close());

/** Answers with each status in turn. */
const server = (statuses: readonly number[]) => {
  let next = 0;
  return webProgram({
    images: ["server"],
    hasShell: false,
    terminated: 0,
    start: () => ({
      ports: [8000],
      handle: () => ({ status: statuses[next++ % statuses.length] ?? 200, body: "ok" }),
    }),
  });
};

describe("fortio load", () => {
  it("counts codes, and a new connection after each failure", async () => {
    town.move("httpbin", server([200, 200, 503]), { image: "", port: 8000 });
    const house = town.move("fortio", fortio, { image: "fortio/fortio:latest_release" });
    const command =
      "/usr/bin/fortio load -c 1 -qps 0 -n 9 -loglevel Warning http://httpbin.shop:8000/get".split(" ");
    const { code, stderr } = await town.exec(house, command);
    const lines = stderr.split("\n");
    expect(code).toBe(0);
    expect(lines.slice(0, 3)).toEqual([
      '{"ts":1767225600.000000,"level":"info","r":1,"file":"logger.go","line":254,"msg":"Log level is now 3 Warning (was 2 Info)"}',
      "Fortio 1.60.3 running at 0 queries per second, 8->8 procs, for 9 calls: http://httpbin.shop:8000/get",
      "Starting at max qps with 1 thread(s) [gomax 8] for exactly 9 calls (9 per thread + 0)",
    ]);
    expect(lines.filter((line) => line.includes("Non ok http code"))).toHaveLength(3);
    expect(lines).toContain("Sockets used: 3 (for perfect keepalive, would be 1)");
    expect(lines.filter((line) => line.startsWith("Code "))).toEqual([
      "Code 200 : 6 (66.7 %)",
      "Code 503 : 3 (33.3 %)",
    ]);
    expect(lines.at(-2)).toMatch(/^All done 9 calls \(plus 0 warmup\) 0.000 ms avg, /);
  });

  it("stops before it has begun when the first answers are bad", async () => {
    town.move("httpbin", server([503]), { image: "", port: 8000 });
    const house = town.move("fortio", fortio, { image: "" });
    const { code, stderr } = await town.exec(house, [
      "fortio",
      "load",
      "-t",
      "1s",
      "http://httpbin.shop:8000/",
    ]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/Aborting because of error 503 for http:\/\/httpbin.shop:8000\/ \(\d+ bytes\)\n$/);
  });

  it.each([
    [["load"], "Error: fortio load/curl needs a URL or destination\n"],
    [["load", "-grpc", "x"], "fortio: -grpc is not supported by the practice cluster\n"],
    [["nc", "x"], 'fortio: command "nc" is not supported by the practice cluster\n'],
  ])("refuses %j", async (args, message) => {
    const house = town.move("fortio", fortio, { image: "" });
    expect(await town.exec(house, ["fortio", ...args])).toEqual({ code: 1, stdout: "", stderr: message });
  });
});

it("fortio curl writes headers to standard error and the body to standard output", async () => {
  town.move("httpbin", server([200]), { image: "", port: 8000 });
  const house = town.move("fortio", fortio, { image: "" });
  const { code, stdout, stderr } = await town.exec(house, [
    "fortio",
    "curl",
    "-quiet",
    "http://httpbin.shop:8000/get",
  ]);
  expect([code, stdout, stderr.split("\r\n")[0]]).toEqual([0, "ok", "HTTP/1.1 200 OK"]);
});

it("fortio's server gives back what it is sent, with the status asked for", async () => {
  town.move("fortio", fortio, { image: "", port: 8080 });
  const reply = await town.call("http://fortio.shop:8080/any?status=418", { method: "POST", body: "abc" });
  expect([reply.status, reply.body]).toEqual([418, "abc"]);
  const { body } = await town.call("http://fortio.shop:8080/debug");
  expect(body).toContain("echo debug server up for 0s on fortio - request from 10.42.0.10:");
});

it("a histogram is printed in fortio's buckets", () => {
  const histogram = new Histogram(0.001);
  for (const value of [0.0012, 0.0018, 0.0031]) histogram.record(value);
  expect(histogram.table("T", [50])).toBe(
    "T : count 3 avg 0.0020333333 +/- 0.000793 min 0.0012 max 0.0031 sum 0.0061\n" +
      "# range, mid point, percentile, count\n" +
      ">= 0.0012 <= 0.002 , 0.0016 , 66.67, 2\n" +
      "> 0.003 <= 0.0031 , 0.00305 , 100.00, 1\n" +
      "# target 50% 0.0016\n",
  );
});

it.each([
  [0.000012345, undefined, "1.2345e-05"],
  [123456789, 6, "1.23457e+08"],
  [334.164, 5, "334.16"],
  [0, 8, "0"],
  [230, undefined, "230"],
])("%d with precision %s is %s in Go", (value, precision, text) => {
  expect(goFloat(value, precision)).toBe(text);
});
