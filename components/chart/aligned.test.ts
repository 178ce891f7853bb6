import { expect, it } from "vitest";
import { aligned } from "./aligned.ts";

it("puts lines of different times under one row of times; what is no number is a gap", () => {
  expect(
    aligned([
      {
        name: "a",
        points: [
          [1, 10],
          [3, Number.NaN],
        ],
      },
      {
        name: "b",
        points: [
          [2, 5],
          [3, 6],
        ],
      },
    ]),
  ).toEqual([
    [1, 2, 3],
    [10, null, null],
    [null, 5, 6],
  ]);
  expect(aligned([])).toEqual([[]]);
});
