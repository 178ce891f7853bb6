import { expect, it } from "vitest";
import type { ClassMessage } from "../../server/contracts/index.ts";
import { headWords } from "./words.ts";

it("[HP2] a message says who said it, what it is and whom it is for", () => {
  const message: ClassMessage = {
    ...{ id: "m", classroom: "c", author: "g", authorName: "Grace", fromInstructor: true, text: "x", at: 0 },
    kind: "hint",
  };
  expect(headWords(message)).toBe("Grace · hint · to everybody");
  expect(headWords({ ...message, kind: "text", learner: "ada" })).toBe("Grace");
});
