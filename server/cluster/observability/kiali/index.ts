export { createKialiProgram } from "./program.ts";
