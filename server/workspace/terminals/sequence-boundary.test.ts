import { expect, it } from "vitest";
import { completeLength } from "./sequence-boundary.ts";

it.each([
  ["plain", "abc", 3],
  ["after a colour", "\x1b[31mred", 8],
  ["a cut colour", "ab\x1b[3", 2],
  ["a lone escape", "ab\x1b", 2],
  ["a cut title", "ab\x1b]0;titl", 2],
  ["a title ended by BEL", "\x1b]0;t\x07", 6],
  ["a title ended by ESC \\", "\x1b]0;t\x1b\\", 7],
  ["a title cut inside its end", "x\x1b]0;t\x1b", 1],
  ["a charset choice", "\x1b(B", 3],
  ["a cut charset choice", "\x1b(", 0],
  ["a whole character", "é", 2],
])("%s", (_name, text, expected) => {
  expect(completeLength(Buffer.from(text))).toBe(expected);
});

it("a cut UTF-8 character waits for its rest", () => {
  expect(completeLength(Buffer.from("aé").subarray(0, 2))).toBe(1);
  expect(completeLength(Buffer.from("a🙂").subarray(0, 4))).toBe(1);
  expect(completeLength(Buffer.from("a🙂"))).toBe(5);
});
