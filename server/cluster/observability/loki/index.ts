export { lokiProgram, lokiSidecarProgram } from "./program.ts";
