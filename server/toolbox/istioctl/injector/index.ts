export { checkInject } from "./check.ts";
export { injector } from "./list.ts";
