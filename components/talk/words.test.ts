import { expect, it } from "vitest";
import type { ClassMessage } from "../../server/contracts/index.ts";
import { english } from "../ui/testing/english.ts";
import { headWords } from "./words.ts";

const t = english("talk");

it("[HP2] a message says who said it, what it is and whom it is for", () => {
  const message: ClassMessage = {
    ...{ id: "m", classroom: "c", author: "g", authorName: "Grace", fromInstructor: true, text: "x", at: 0 },
    kind: "hint",
  };
  expect(headWords(t, message)).toBe("Grace · hint · to everybody");
  expect(headWords(t, { ...message, kind: "text", learner: "ada" })).toBe("Grace");
});
