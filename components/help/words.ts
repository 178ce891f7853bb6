import type { HelpSession } from "../../server/contracts/index.ts";

/** "You are next", "2nd in line" … */
export function placeWords(place: number): string {
  if (place <= 1) return "You are next";
  const rest = place % 100;
  const ending = rest > 10 && rest < 14 ? "th" : (["th", "st", "nd", "rd"][place % 10] ?? "th");
  return `${place}${ending} in line`;
}

/** What an instructor asks for, said to the learner who decides. */
export const askWords = ({ instructorName, mode }: HelpSession): string =>
  mode === "view"
    ? `${instructorName} would like to watch your terminal`
    : `${instructorName} would like to type in your terminal`;

export const runningWords = ({ instructorName, mode }: HelpSession): string =>
  mode === "view"
    ? `${instructorName} is watching your terminal.`
    : `${instructorName} can type in your terminal.`;
