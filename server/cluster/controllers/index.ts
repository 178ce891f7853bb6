export { FIRST_BALANCER_ADDRESS } from "./limits.ts";
export { type ControllersDeps, startControllers } from "./start.ts";
