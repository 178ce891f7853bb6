import fc from "fast-check";
import { expect, it } from "vitest";
import { displayName } from "./display-name.ts";

it.each([
  ["  Ada   Lovelace ", "Ada Lovelace"],
  ["Ada\u202eecalevoL", "AdaecalevoL"],
  ["A\u200bd\u2060a\ufeff", "Ada"],
  ["Ada\n\r\t\u2028Lovelace", "Ada Lovelace"],
  ["\u001b]0;owned\u0007Ada\u001b[31m", "]0;ownedAda[31m"],
  ["\u0000Ada\u007f", "Ada"],
  ["q\u0300\u0301\u0302\u0303algo", "q\u0300\u0301algo"],
  ["ｆｕｌｌ　ｗｉｄｔｈ", "full width"],
  ["محمد", "محمد"],
  ["李小龍", "李小龍"],
  ["José", "José"],
  ["<b>Ada</b>", "<b>Ada</b>"],
  ["x".repeat(500), "x".repeat(60)],
  ["", undefined],
  ["   ", undefined],
  ["\u200b\u202e", undefined],
  ["🙂", undefined],
  ["--- ...", undefined],
])("[A8] %j is shown as %j", (typed, shown) => {
  expect(displayName(typed)).toBe(shown);
});

it("[A8] whatever is typed: one line, no controls, nothing invisible or reversing, at most 60 characters, and the same again", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 120 }), (typed) => {
      const name = displayName(typed);
      if (name === undefined) return true;
      return (
        !/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u2028\u2029]|^ | $| {2}/u.test(name) &&
        [...name].length <= 60 &&
        displayName(name) === name
      );
    }),
    { numRuns: 300 },
  );
});
