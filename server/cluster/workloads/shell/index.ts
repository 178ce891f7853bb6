export { createContainerShell } from "./shell.ts";
