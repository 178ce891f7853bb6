export { applyManifests, type InstallOptions, InstallTimeout, installProfile } from "./apply.ts";
export { type ComponentManifest, istioNamespace, manifestsFor } from "./manifests.ts";
export { PROFILE_NAMES, type ProfileName } from "./profile.ts";
