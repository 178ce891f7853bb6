export { asOf } from "./as-of.ts";
export { Timeline, type TrackedKind } from "./timeline.ts";
