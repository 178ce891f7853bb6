export { applyManifests, type InstallOptions, InstallTimeout, installProfile } from "./apply.ts";
