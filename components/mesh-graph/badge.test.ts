import { describe, expect, it } from "vitest";
import { badgeWords, edgeWords, errorWords, rateWords } from "./badge.ts";

describe("badgeWords", () => {
  it("[MG1] has a word for each of the four states", () => {
    expect([
      badgeWords({ state: "mtls", percent: 100 }),
      badgeWords({ state: "mixed", percent: 62.4 }),
      badgeWords({ state: "plaintext", percent: 0 }),
      badgeWords({ state: "no-traffic" }),
    ]).toEqual(["mTLS", "62 % mTLS", "plaintext", "no traffic"]);
  });

  it("has no word of silence for requests that only their caller counts", () => {
    const none = { state: "no-traffic" as const };
    expect([edgeWords({ mtls: none, rate: 0 }), edgeWords({ mtls: none, rate: 0.4 })]).toEqual([
      "no traffic",
      "mTLS unknown",
    ]);
  });

  it("[MG2] never rounds mixed to all or nothing", () => {
    expect([
      badgeWords({ state: "mixed", percent: 99.9 }),
      badgeWords({ state: "mixed", percent: 0.1 }),
      badgeWords({ state: "mixed" }),
    ]).toEqual(["99 % mTLS", "1 % mTLS", "partly mTLS"]);
  });
});

describe("rateWords", () => {
  it("[MG3] counts requests, and bytes for TCP; silence has no number", () => {
    expect([
      rateWords({ protocol: "http", rate: 0.333 }),
      rateWords({ protocol: "grpc", rate: 12.34 }),
      rateWords({ protocol: "http", rate: 1234.5 }),
      rateWords({ protocol: "tcp", rate: 512 }),
      rateWords({ protocol: "tcp", rate: 20_480 }),
      rateWords({ protocol: "http", rate: 0 }),
    ]).toEqual(["0.33 rps", "12.3 rps", "1235 rps", "512 B/s", "20.5 kB/s", ""]);
  });

  it("[MG4] a few errors are not rounded away", () => {
    expect([errorWords(0), errorWords(0.2), errorWords(12.5)]).toEqual(["", "< 1 % errors", "13 % errors"]);
  });
});
