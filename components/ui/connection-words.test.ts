import { describe, expect, it } from "vitest";
import { connectionWords } from "./connection-words.ts";
import { english } from "./testing/english.ts";

const t = english("shell");

describe("connectionWords", () => {
  it("[UI2] says when the next try is", () => {
    const state = { phase: "reconnecting", retryAt: 5_000, attempt: 3 } as const;
    expect([connectionWords(t, state, 2_500).text, connectionWords(t, state, 5_100).text]).toEqual([
      "reconnecting in 3 s",
      "reconnecting…",
    ]);
  });

  it("[UI3] says recovered for a while after a loss, and connected then", () => {
    const state = { phase: "connected", recoveredAt: 1_000 } as const;
    expect([connectionWords(t, state, 2_000).text, connectionWords(t, state, 6_000).text]).toEqual([
      "recovered",
      "connected",
    ]);
  });
});
