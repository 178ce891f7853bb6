import type { FlagSpec } from "../args.ts";

export const SET: FlagSpec = {
  ...{ name: "set", short: "s", type: "string" },
  usage: "A value of the IstioOperator as path=value, e.g. profile=demo or meshConfig.enableTracing=true",
};
export const FILENAME: FlagSpec = {
  ...{ name: "filename", short: "f", type: "string" },
  usage: "A file with an IstioOperator; of several, the later ones count more",
};
export const REVISION: FlagSpec = {
  ...{ name: "revision", short: "r", type: "string" },
  usage: "Revision of the control plane",
};
export const FORCE: FlagSpec = {
  ...{ name: "force", type: "bool" },
  usage: "Go on in spite of validation errors",
};
export const DRY_RUN: FlagSpec = {
  ...{ name: "dry-run", type: "bool" },
  usage: "Say what would be done, and do nothing",
};
export const SKIP_CONFIRMATION: FlagSpec = {
  ...{ name: "skip-confirmation", short: "y", type: "bool" },
  usage: "Do not ask",
};
/** Where charts and profiles are read from: ours come with istioctl only. */
export const MANIFESTS: FlagSpec = {
  ...{ name: "manifests", short: "d", type: "string" },
  usage: "A folder of charts and profiles (not supported here)",
};
export const CHARTS: FlagSpec = {
  ...{ name: "charts", type: "string" },
  usage: "Deprecated, use --manifests instead",
};

/** Flags of `install` and `upgrade` (operator/cmd/mesh/install.go addInstallFlags). */
export const INSTALL_FLAGS: readonly FlagSpec[] = [
  ...[FILENAME, SET, REVISION, FORCE, DRY_RUN, SKIP_CONFIRMATION, MANIFESTS, CHARTS],
  {
    ...{ name: "readiness-timeout", type: "string" },
    usage: "How long to wait until a component is ready (default 5m0s)",
  },
  { ...{ name: "verify", type: "bool" }, usage: "Look every object up after the installation" },
];
