import { expect, it } from "vitest";
import { formatProblem } from "./wire-formats.ts";

const WRONG = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

it.each([
  ["100m", undefined],
  ["1.5Gi", undefined],
  ["1e3", undefined],
  ["-.5", undefined],
  ["x", WRONG],
  ["", WRONG],
  ["1 Gi", WRONG],
  ["1mi", "unable to parse quantity's suffix"],
  ["Mi", "unable to parse numeric part of quantity"],
  ["1.2.3", "unable to parse numeric part of quantity"],
])("reads the quantity %j as ParseQuantity", (text, problem) => {
  expect(formatProblem(text, "quantity")).toBe(problem);
});

// Where encoding/base64 says an input is corrupt.
it.each([
  ["", undefined],
  ["YQ==", undefined],
  ["YWI=\n", undefined],
  ["YWJj\nYWJj", undefined],
  ["not base64!", 3],
  ["YQ", 0],
  ["YWJjYQ", 4],
  ["YQ=", 3],
  ["YQ==YQ==", 4],
  ["Y===", 1],
  ["YWI==", 4],
])("reads the bytes %j as encoding/base64", (text, at) => {
  const problem = at === undefined ? undefined : `illegal base64 data at input byte ${at}`;
  expect(formatProblem(text, "byte")).toBe(problem);
});
