export { describe } from "./commands.ts";
