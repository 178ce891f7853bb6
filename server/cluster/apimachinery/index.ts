export { type Decoded, decodeTyped } from "./decode-check.ts";
export {
  type FieldRequirement,
  type FieldSelector,
  matchesFields,
  parseFieldSelector,
} from "./field-selector.ts";
export {
  arrayOf,
  deepEqual,
  deepFreeze,
  isArray,
  isObject,
  type JsonObject,
  objectOf,
  setKey,
  stringOf,
  valueAt,
  withValueAt,
} from "./json.ts";
export { applyJsonPatch } from "./json-patch.ts";
export {
  formatLabelSelector,
  type LabelRequirement,
  type LabelSelector,
  matchesLabels,
  parseLabelSelector,
  selectorOf,
} from "./label-selector.ts";
export { type FieldWriter, serverSideApply, trackUpdate } from "./managed-fields.ts";
export { applyMergePatch } from "./merge-patch.ts";
export {
  labelNameErrors,
  labelValueErrors,
  pathSegmentErrors,
  qualifiedNameErrors,
  subdomainErrors,
} from "./names.ts";
export { MalformedMessage, type WireField, wireFields } from "./protobuf-wire.ts";
export { type ResolveReference, SchemaNode } from "./schema-node.ts";
export {
  alreadyExists,
  badRequest,
  conflict,
  expired,
  type FieldError,
  forbidden,
  internalError,
  invalid,
  isAlreadyExists,
  isConflict,
  isExpired,
  isNotFound,
  methodNotSupported,
  notFound,
  type Status,
  StatusError,
} from "./status.ts";
export { applyStrategicMerge } from "./strategic-merge.ts";
export type {
  GroupVersionKind,
  GroupVersionResource,
  KubeList,
  KubeObject,
  ManagedFieldsEntry,
  ObjectMeta,
  OwnerReference,
  WatchEvent,
  WatchEventType,
} from "./types.ts";
