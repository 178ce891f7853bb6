export { type ControllerOptions, runController } from "./controller.ts";
export { EventRecorder, type EventRecorderDeps, type EventToRecord } from "./event-recorder.ts";
export { Indexer, type IndexFunction, type Lister } from "./indexer.ts";
export { Informer, type InformerDeps, type InformerHandler, waitForCacheSync } from "./informer.ts";
export { type ReflectorDeps, type ReflectorSink, reflect } from "./reflector.ts";
export {
  type DeleteOptions,
  type ListOptions,
  type PatchRequest,
  ResourceClient,
  type ResourceClientDeps,
} from "./resource-client.ts";
export {
  apiVersionOf,
  keyOf,
  type ObjectRef,
  type ResourceType,
  refOf,
  resourcePath,
} from "./resource-type.ts";
export { SharedInformers, type SharedInformersDeps } from "./shared-informers.ts";
export type { ApiRequest, Transport } from "./transport.ts";
export { WorkQueue } from "./work-queue.ts";
