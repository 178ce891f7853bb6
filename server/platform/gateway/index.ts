export type { Door, Visit } from "./door.ts";
export { Gateway, type GatewayDeps } from "./gateway.ts";
export { createEntry, type HttpLimits } from "./http-entry.ts";
export { createFront, type FrontDeps } from "./http-front.ts";
export { DRAIN_MS, httpLimits } from "./limits.ts";
export { type SoloDoorDeps, soloDoor } from "./solo-door.ts";
