export { regexProblem } from "./regexp.ts";
export { type Config, isIstioKind, validate } from "./validate.ts";
export { type Verdict, type Warning, warningText } from "./verdict.ts";
