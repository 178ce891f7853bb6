export { regexProblem } from "./regexp.ts";
export { type Config, validate } from "./validate.ts";
export { type Verdict, type Warning, warningText } from "./verdict.ts";
