import { expect, it } from "vitest";
import { table } from "./tabwriter.ts";

it("pads every cell but the last of its row", () => {
  expect(
    table([
      ["NAME", "TYPE", "STATUS"],
      ["default", "Cert Chain", "ACTIVE"],
    ]),
  ).toBe("NAME        TYPE           STATUS\ndefault     Cert Chain     ACTIVE\n");
});

it("keeps the column of empty cells", () => {
  expect(
    table(
      [
        ["", "8081", "x"],
        ["a.b", "80", "y"],
      ],
      2,
    ),
  ).toBe("     8081  x\na.b  80    y\n");
});
