import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { street } from "../testing/street.ts";
import { httpbin } from "./index.ts";

const [pythonProgram, goProgram] = httpbin;
let town = street();
beforeEach(() => {
  town = street();
});
afterEach(() => town.close());

function python() {
  if (!pythonProgram) throw new Error("no Python httpbin");
  return town.move("httpbin", pythonProgram, { image: "docker.io/kennethreitz/httpbin", port: 80 });
}

function go() {
  if (!goProgram) throw new Error("no Go httpbin");
  return town.move("httpbin", goProgram, { image: "docker.io/mccutchen/go-httpbin:v2.15.0", port: 8080 });
}

const PYTHON = "http://httpbin.shop";
const GO = "http://httpbin.shop:8080";

describe("httpbin in Python", () => {
  it("shows a request as sorted JSON with names in title case, the platform's left out", async () => {
    python();
    const { status, headers, body } = await town.call(`${PYTHON}/get?b=2&a=1&a=3`, {
      headers: { "x-b3-traceid": "t", "x-forwarded-proto": "https", "x-forwarded-for": "1.2.3.4" },
    });
    expect([status, headers["content-type"], headers.server]).toEqual([
      200,
      "application/json",
      "gunicorn/19.9.0",
    ]);
    expect(body).toBe(
      `${JSON.stringify(
        {
          args: { a: ["1", "3"], b: "2" },
          headers: { Connection: "close", Host: "httpbin.shop", "X-B3-Traceid": "t" },
          origin: "1.2.3.4",
          url: "https://httpbin.shop/get?b=2&a=1&a=3",
        },
        null,
        2,
      )}\n`,
    );
  });

  it.each([
    ["application/json", '{"a":1}', { data: '{"a":1}', form: {}, json: { a: 1 } }],
    [
      "application/x-www-form-urlencoded",
      "a=1&b=x%20y",
      { data: "", form: { a: "1", b: "x y" }, json: null },
    ],
    ["text/plain", "hello", { data: "hello", form: {}, json: null }],
  ])("takes a body of %s apart", async (type, body, parts) => {
    python();
    const reply = await town.call(`${PYTHON}/post`, {
      method: "POST",
      headers: { "content-type": type },
      body,
    });
    expect(JSON.parse(reply.body)).toMatchObject({ ...parts, files: {}, url: "http://httpbin.shop/post" });
  });

  it.each([
    ["/status/503", 503, ""],
    ["/post", 405, ""],
    ["/status/418", 418, "teapot"],
    ["/basic-auth/u/p", 401, ""],
    ["/redirect/2", 302, ""],
    ["/nowhere", 404, "Not Found"],
    ["/delay/x", 400, "invalid duration"],
  ])("answers GET %s with %d", async (path, status, part) => {
    python();
    const reply = await town.call(PYTHON + path);
    expect([reply.status, reply.body.includes(part)]).toEqual([status, true]);
  });

  it("counts redirects down to /get", async () => {
    python();
    const location = async (path: string) => (await town.call(PYTHON + path)).headers.location;
    expect([await location("/redirect/2"), await location("/relative-redirect/1")]).toEqual([
      "/relative-redirect/1",
      "/get",
    ]);
    expect(await location("/redirect-to?url=http%3A%2F%2Fb%2F")).toBe("http://b/");
  });

  it("waits as long as it is asked to, ten seconds at most", async () => {
    python();
    const begun = town.clock.now();
    let status: number | undefined;
    void town.call(`${PYTHON}/delay/60`).then((reply) => {
      status = reply.status;
    });
    for (let round = 0; status === undefined && round < 500; round++) await town.clock.advance(100);
    const waited = town.clock.now() - begun;
    expect([status, waited >= 10_000, waited < 60_000]).toEqual([200, true, true]);
  });

  it("streams lines, and listens where gunicorn is told to", async () => {
    if (!pythonProgram) throw new Error("no Python httpbin");
    const command = ["gunicorn", "-b", "0.0.0.0:8080", "httpbin:app", "-k", "gevent"];
    const house = town.move("httpbin", pythonProgram, { image: "kong/httpbin", command, port: 8080 });
    const { body } = await town.call(`${GO}/stream/2`);
    expect(
      body
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line).id),
    ).toEqual([0, 1]);
    expect(house.log()).toContain("[1] [INFO] Listening at: http://0.0.0.0:8080 (1)\n");
  });
});

describe("httpbin in Go", () => {
  it("gives every value in a list and names the method", async () => {
    go();
    const { body, headers } = await town.call(`${GO}/get?a=1`, {
      headers: { "x-forwarded-for": "1.2.3.4, 5.6.7.8" },
    });
    expect(headers["content-type"]).toBe("application/json; charset=utf-8");
    expect(body).toBe(
      `${JSON.stringify(
        {
          args: { a: ["1"] },
          headers: {
            Connection: ["close"],
            Host: ["httpbin.shop:8080"],
            "X-Forwarded-For": ["1.2.3.4, 5.6.7.8"],
          },
          method: "GET",
          origin: "1.2.3.4",
          url: "http://httpbin.shop:8080/get?a=1",
        },
        null,
        2,
      )}\n`,
    );
  });

  it("logs a line for each request and says errors in JSON", async () => {
    const house = go();
    const reply = await town.call(`${GO}/status/banana`);
    expect([reply.status, JSON.parse(reply.body)]).toEqual([
      400,
      { status_code: 400, error: "Bad Request", detail: "invalid status code" },
    ]);
    expect(house.log()).toContain('level=WARN msg="400 GET /status/banana 0.0ms" status=400 method=GET');
  });
});
