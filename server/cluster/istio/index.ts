export { type ComponentManifest, istioNamespace, PROFILE_NAMES, type ProfileName } from "./install/index.ts";
export { applyManifests, type InstallOptions, InstallTimeout, installProfile } from "./installer/index.ts";
export { createIstiodProgram, type IstiodProgramDeps } from "./istiod/index.ts";
export {
  DEFAULT_ISTIO_VERSION,
  gatesFor,
  ISTIO_VERSIONS,
  type IstioVersion,
  isIstioVersion,
  type VersionGates,
} from "./versions.ts";
