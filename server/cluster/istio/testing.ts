// What tests and benchmarks outside this folder drive istiod's parts with, without a cluster around them.
export { customResourceDefinitions } from "./install/crds/definitions.ts";
export { generate, PUSH_ORDER } from "./istiod/discovery/resources.ts";
export { DiscoveryStream } from "./istiod/discovery/stream.ts";
export { DEBOUNCE_QUIET_MS } from "./istiod/limits.ts";
export { type MeshProxy, parseProxy } from "./istiod/push/proxy.ts";
export type { PushContext } from "./istiod/push/push-context.ts";
export { pushOf, worldFrom } from "./istiod/testing/world.ts";
export { reviewValidation } from "./istiod/validation/webhook.ts";
export { gatesFor, type IstioVersion } from "./versions.ts";
