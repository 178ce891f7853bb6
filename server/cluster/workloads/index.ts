export { builtinPrograms } from "./programs.ts";
export { createContainerShell } from "./shell/index.ts";
