// What an Istio release installs, as data: no client, no clock. The cluster's own installer and istioctl both start here.

export { gatesFor, ISTIO_VERSIONS, isIstioVersion, type VersionGates } from "../versions.ts";
export type { Component } from "./labels.ts";
export {
  type ComponentManifest,
  defaultTagWebhooks,
  istioNamespace,
  type ManifestOptions,
  manifestsFor,
} from "./manifests.ts";
export { OperatorError, withoutEffect } from "./operator/allowed.ts";
export { operatorSpec, refuseWhatCannotBe } from "./operator/operator.ts";
export { PROFILE_NAMES, type ProfileName, profileFile, UPSTREAM_PROFILES } from "./operator/profiles.ts";
export { objectPath } from "./paths.ts";
export { type InstallSettings, installSettings } from "./settings.ts";
export { at, isTree, type Json, leaves, overlaid, type Tree, treeAt } from "./tree.ts";
export { entries, type Fields, field, list, strings, text } from "./validation/json.ts";
export { portProblem } from "./validation/names.ts";
export { type Config, validateNetworking } from "./validation/networking-kinds.ts";
export { regexProblem } from "./validation/regexp.ts";
export { newVerdict, type Verdict, type Warning, warn, warningText } from "./validation/verdict.ts";
export { NEVER, tagWebhook } from "./webhooks.ts";
