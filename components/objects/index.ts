export { PodChoice, podKey } from "./pod-choice.tsx";
export { type ObjectsUse, useObjects } from "./use-objects.ts";
export { type PodsUse, usePods } from "./use-pods.ts";
