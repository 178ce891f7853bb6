export { createIstiodProgram, type IstiodProgramDeps } from "./program.ts";
