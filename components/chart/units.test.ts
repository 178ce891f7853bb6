import { expect, it } from "vitest";
import { withUnit } from "./units.ts";

it("says a value as people do, with its unit", () => {
  expect(
    [0, 0.5, 1234, 2_000_000, Number.NaN, Number.POSITIVE_INFINITY].map((value) => withUnit(value, "number")),
  ).toEqual(["0", "0.5", "1234", "2 M", "–", "∞"]);
  expect(withUnit(0.000012, "number")).toBe("1.2e-5");
  expect(withUnit(0.9934, "percent")).toBe("99.3 %");
  expect(withUnit(12.345, "ms")).toBe("12.3 ms");
  expect(withUnit(2_500, "ms")).toBe("2.5 s");
  expect(withUnit(0.25, "seconds")).toBe("250 ms");
  expect(withUnit(3_670_016, "bytes")).toBe("3.5 MiB");
  expect(withUnit(512, "bytes-per-second")).toBe("512 B/s");
  expect(withUnit(0.333, "per-second")).toBe("0.333/s");
});
