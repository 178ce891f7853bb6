import { describe, expect, it } from "vitest";
import { MAX_WRITERS } from "../limits.ts";
import { InputSequence, isTerminalAnswer } from "./input-sequence.ts";

describe("input numbers", () => {
  it("each number of a writer is new once; writers do not disturb each other", () => {
    const sequence = new InputSequence();
    expect(sequence.isNew("a", 1)).toBe(true);
    sequence.taken("a", 1);
    expect([sequence.isNew("a", 1), sequence.isNew("a", 2), sequence.isNew("b", 1)]).toEqual([
      false,
      true,
      true,
    ]);
  });

  it("the oldest writer is forgotten, so that memory stays bounded", () => {
    const sequence = new InputSequence();
    for (let i = 0; i <= MAX_WRITERS; i++) sequence.taken(`writer-${i}`, 5);
    expect(sequence.isNew("writer-0", 1)).toBe(true);
    expect(sequence.isNew("writer-1", 1)).toBe(false);
  });
});

describe("what a terminal says by itself", () => {
  it.each([
    "\x1b[24;80R",
    "\x1b[?1;2c",
    "\x1b[>0;276;0c",
    "\x1b[0n",
    "\x1b[?2004;1$y",
    "\x1b]11;rgb:00/00/00\x07",
  ])("%j is an answer", (data) => expect(isTerminalAnswer(data)).toBe(true));
  it.each(["\x1b[A", "\x1b[1;5C", "\x1bOP", "\x1b[200~pasted\x1b[201~", "R", "\x1b[24;80Rls\r", "\x1b", ""])(
    "%j is typed",
    (data) => expect(isTerminalAnswer(data)).toBe(false),
  );
});
