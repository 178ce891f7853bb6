import { describe, expect, it } from "vitest";
import {
  activate,
  close,
  type DeckState,
  first,
  isShown,
  mostTerminals,
  oneTerminal,
  open,
  readDeck,
  rename,
  toggleSplit,
} from "./deck-state.ts";

const three: DeckState = { names: [first, "2", "3"], labels: {}, active: "2" };

describe("a split", () => {
  it("opens a second terminal when there is one, and goes back to what was typed into", () => {
    const split = toggleSplit(oneTerminal);
    expect(split).toEqual({ names: [first, "2"], labels: {}, active: "2", beside: first });
    expect(split.names.filter((name) => isShown(split, name))).toEqual([first, "2"]);
    expect(toggleSplit(split)).toEqual({ names: [first, "2"], labels: {}, active: "2" });
  });

  it("takes the next terminal that there is", () => {
    expect(toggleSplit(three)).toEqual({ ...three, beside: "3" });
    expect(toggleSplit({ ...three, active: "3" })).toEqual({ ...three, active: "3", beside: "2" });
  });

  it("swaps which one is typed into, without moving either", () => {
    expect(activate({ ...three, beside: "3" }, "3")).toEqual({ ...three, active: "3", beside: "2" });
    expect(activate({ ...three, beside: "3" }, first)).toEqual({ ...three, active: first, beside: "3" });
    expect(activate(three, "nobody")).toBe(three);
  });

  it("ends with either of its terminals", () => {
    expect(close({ ...three, beside: "3" }, "2")).toEqual({ names: [first, "3"], labels: {}, active: "3" });
    expect(close({ ...three, beside: "3" }, "3")).toEqual({ names: [first, "2"], labels: {}, active: "2" });
  });
});

describe("the tabs", () => {
  it("never lose the first, and give a freed number again", () => {
    expect(close(three, first)).toBe(three);
    const closed = close(rename(three, "2", "logs"), "2");
    expect(closed).toEqual({ names: [first, "3"], labels: {}, active: first });
    expect(open(closed)).toEqual({ names: [first, "3", "2"], labels: {}, active: "2" });
  });

  it("are not more than a workspace holds", () => {
    let state = oneTerminal;
    for (let count = 0; count < 20; count += 1) state = open(state);
    expect(state.names).toHaveLength(mostTerminals);
  });

  it("are called as the learner likes", () => {
    expect(rename(three, "2", "  watch pods ").labels).toEqual({ 2: "watch pods" });
    expect(rename(rename(three, "2", "x"), "2", " ").labels).toEqual({});
    expect(rename(three, "2", "y".repeat(99)).labels[2]).toHaveLength(24);
  });
});

describe("what a browser remembers", () => {
  it("reads what it wrote, and an earlier version's list", () => {
    const state = rename(toggleSplit(three), "3", "logs");
    expect(readDeck(JSON.parse(JSON.stringify(state)))).toEqual(state);
    expect(readDeck(["2", "3"])).toEqual({ ...oneTerminal, names: [first, "2", "3"] });
  });

  it("is not believed where it makes no sense", () => {
    for (const junk of [
      undefined,
      null,
      7,
      "main",
      [],
      {},
      { names: ["../x"] },
      { names: Array(9).fill("2") },
    ])
      expect(readDeck(junk)).toBeUndefined();
    const odd = { names: ["2", "2"], labels: { 2: 4, 9: "x" }, active: "9", beside: "main" };
    expect(readDeck(odd)).toEqual({ names: [first, "2"], labels: {}, active: first });
  });
});
