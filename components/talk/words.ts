import type { ClassMessage } from "../../server/contracts/index.ts";

/** Whose words these are, as the thread names them. */
export function headWords({ kind, authorName, learner }: ClassMessage): string {
  const what = { text: "", hint: " · hint", command: " · try this", jump: " · go to" }[kind];
  return `${authorName}${what}${learner === undefined ? " · to everybody" : ""}`;
}
