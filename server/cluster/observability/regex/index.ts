export { anchored, type Match, type Pattern, searching } from "./anchored.ts";
export { RegexError } from "./syntax.ts";
