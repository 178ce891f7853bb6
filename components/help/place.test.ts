import { expect, it } from "vitest";
import { english } from "../ui/testing/english.ts";

it("[HP1] a place in the queue reads as people say it", () => {
  const t = english("help");
  expect([1, 2, 3, 4, 11, 12, 13, 21, 22, 103, 111].map((place) => t("place", { place }))).toEqual([
    ...["You are next", "2nd in line", "3rd in line", "4th in line", "11th in line", "12th in line"],
    ...["13th in line", "21st in line", "22nd in line", "103rd in line", "111th in line"],
  ]);
});
