import { createServer } from "node:http";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { seededRandom, silentLogger, systemClock, TestClock } from "../../../base/index.ts";
import { createPracticeNetwork } from "../../../network/index.ts";
import { JWKS_REFRESH_MS, JWKS_RETRY_MIN_MS } from "../limits.ts";
import { httpGet } from "./http-get.ts";
import { FAKE_JWKS, JwksResolver } from "./resolver.ts";

const rule = { issuer: "me", jwksUri: "http://keys.shop/jwks" };

describe("keys of issuers", () => {
  const clock = new TestClock();
  let answers: Record<string, string>;
  let changes: number;
  let resolver: JwksResolver;

  beforeEach(() => {
    answers = {};
    changes = 0;
    resolver = new JwksResolver({
      clock,
      logger: silentLogger,
      get: async (uri) => answers[uri] ?? Promise.reject(new Error("connection refused")),
      onChange: () => {
        changes += 1;
      },
    });
  });
  afterEach(() => resolver.dispose());

  it("are nobody's until they are here, and are told of when they come", async () => {
    answers[rule.jwksUri] = '{"keys":[]}';
    expect(resolver.keysOf(rule)).toBe(FAKE_JWKS);
    await clock.advance(0);
    expect([resolver.keysOf(rule), changes]).toEqual(['{"keys":[]}', 1]);
  });

  it("are asked for again after a failure, and later on", async () => {
    resolver.keysOf(rule);
    await clock.advance(0);
    answers[rule.jwksUri] = '{"keys":[1]}';
    await clock.advance(JWKS_RETRY_MIN_MS * 2);
    expect([resolver.keysOf(rule), changes]).toEqual(['{"keys":[1]}', 1]);
    answers[rule.jwksUri] = '{"keys":[2]}';
    await clock.advance(JWKS_REFRESH_MS);
    expect([resolver.keysOf(rule), changes]).toEqual(['{"keys":[2]}', 2]);
  });

  it("are found by the issuer's OpenID configuration", async () => {
    answers["http://issuer.shop/.well-known/openid-configuration"] = '{"jwks_uri":"http://issuer.shop/k"}';
    answers["http://issuer.shop/k"] = '{"keys":[3]}';
    const discovered = { issuer: "http://issuer.shop/" };
    resolver.keysOf(discovered);
    await clock.advance(0);
    expect(resolver.keysOf(discovered)).toBe('{"keys":[3]}');
  });

  it("that are no JSON are no keys", async () => {
    answers[rule.jwksUri] = "<html>";
    resolver.keysOf(rule);
    await clock.advance(0);
    expect([resolver.keysOf(rule), changes]).toEqual([FAKE_JWKS, 0]);
  });
});

describe("a page of a pod", () => {
  it("is read over the pod network; anything but 200 is a failure", async () => {
    const network = createPracticeNetwork({
      clock: systemClock,
      random: seededRandom(),
      logger: silentLogger,
    });
    const pod = network.attachPod({ namespace: "shop", name: "keys" });
    const server = createServer((request, response) =>
      response.writeHead(request.url === "/jwks" ? 200 : 404).end("keys"),
    );
    const listening = pod.listen({ port: 80 }, (connection) => server.emit("connection", connection));
    expect(await httpGet(pod, `http://${pod.ip}/jwks`)).toBe("keys");
    await expect(httpGet(pod, `http://${pod.ip}/other`)).rejects.toThrow(
      `unsuccessful response from http://${pod.ip}/other: 404`,
    );
    await expect(httpGet(pod, "ftp://x/")).rejects.toThrow('unsupported protocol scheme "ftp:"');
    listening.dispose();
    server.closeAllConnections();
    server.close();
    pod.dispose();
  });
});
