export { type ControllersDeps, startControllers } from "./start.ts";
