export {
  applyManifests,
  type ComponentManifest,
  type InstallOptions,
  InstallTimeout,
  installProfile,
  istioNamespace,
  manifestsFor,
  PROFILE_NAMES,
  type ProfileName,
} from "./install/index.ts";
export { createIstiodProgram, type IstiodProgramDeps } from "./istiod/index.ts";
export {
  DEFAULT_ISTIO_VERSION,
  gatesFor,
  ISTIO_VERSIONS,
  type IstioVersion,
  isIstioVersion,
  type VersionGates,
} from "./versions.ts";
