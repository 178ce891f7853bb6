export { analyze } from "./command.ts";
