import { describe, expect, it } from "vitest";
import { chooseLanguage } from "./language.ts";

describe("the language of a page", () => {
  it.each([
    ["de", "en-GB,en;q=0.9", "de"],
    ["fr", "de-AT", "de"],
    [undefined, undefined, "en"],
    [undefined, "", "en"],
    [undefined, "de-CH, de;q=0.9, en;q=0.8, *;q=0.5", "de"],
    [undefined, "fr-FR, en;q=0.7, DE;q=0.8", "de"],
    [undefined, "de;q=0, en;q=0.1", "en"],
    [undefined, "fr, de;q=0.2 , en;q=0.2", "de"],
    [undefined, "de;q=much", "en"],
    [undefined, "*", "en"],
    [undefined, `${"x,".repeat(600)}de`, "en"],
  ])("chosen %s, accepted %s: %s", (chosen, accepted, language) => {
    expect(chooseLanguage({ chosen, accepted })).toBe(language);
  });
});
