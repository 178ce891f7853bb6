export { asOf } from "./as-of.ts";
export { changesYaml, nameOfChange, type OwnChange, ownChanges } from "./own-changes.ts";
export { Timeline, type TrackedKind } from "./timeline.ts";
