import { describe, expect, it } from "vitest";
import de from "../../messages/de.json";
import en from "../../messages/en.json";
import { placeCard } from "./place-card.ts";
import { tourParts } from "./stops.ts";

describe("the tour", () => {
  it.each([
    ["English", en],
    ["German", de],
  ])("takes under a minute in %s, read slowly and with a breath at each stop", (_language, { lab }) => {
    const texts = tourParts.flatMap((part) => [lab.tour.stops[part].title, lab.tour.stops[part].text]);
    const words = texts.join(" ").split(/\s+/).length;
    const wordsPerMinute = 150;
    const breath = 2;
    expect((words / wordsPerMinute) * 60 + tourParts.length * breath).toBeLessThan(60);
  });
});

describe("its card", () => {
  const card = { width: 300, height: 160 };
  const window = { width: 1440, height: 900 };

  it.each([
    ["right of the instructions", { left: 0, top: 50, width: 540, height: 700 }, { left: 554, top: 320 }],
    ["left of the panes", { left: 545, top: 50, width: 895, height: 450 }, { left: 231, top: 195 }],
    ["under a wide bar", { left: 0, top: 0, width: 1440, height: 48 }, { left: 12, top: 62 }],
    ["above a wide foot", { left: 0, top: 800, width: 1440, height: 100 }, { left: 12, top: 626 }],
    [
      "over the end of what fills all",
      { left: 0, top: 0, width: 1440, height: 900 },
      { left: 570, top: 726 },
    ],
  ])("stands %s", (_where, target, expected) => {
    expect(placeCard(target, card, window)).toEqual(expected);
  });

  it("stays in a window smaller than itself", () => {
    expect(
      placeCard({ left: 0, top: 0, width: 200, height: 100 }, card, { width: 200, height: 100 }),
    ).toEqual({
      left: 12,
      top: 12,
    });
  });
});
