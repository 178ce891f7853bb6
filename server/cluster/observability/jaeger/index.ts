export { jaegerProgram } from "./program.ts";
