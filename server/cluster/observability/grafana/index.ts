export { grafanaProgram } from "./program.ts";
