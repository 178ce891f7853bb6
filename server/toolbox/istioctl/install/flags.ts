import type { FlagSpec } from "../args.ts";

export const SET: FlagSpec = { name: "set", short: "s", type: "string" };
export const FILENAME: FlagSpec = { name: "filename", short: "f", type: "string" };
export const REVISION: FlagSpec = { name: "revision", short: "r", type: "string" };
export const FORCE: FlagSpec = { name: "force", type: "bool" };
export const DRY_RUN: FlagSpec = { name: "dry-run", type: "bool" };
export const SKIP_CONFIRMATION: FlagSpec = { name: "skip-confirmation", short: "y", type: "bool" };
/** Where charts and profiles are read from: ours come with istioctl only, see `refuseOwnCharts`. */
export const MANIFESTS: FlagSpec = { name: "manifests", short: "d", type: "string" };
export const CHARTS: FlagSpec = { name: "charts", type: "string" };

/** Flags of `install` and `upgrade` (operator/cmd/mesh/install.go addInstallFlags). */
export const INSTALL_FLAGS: readonly FlagSpec[] = [
  ...[FILENAME, SET, REVISION, FORCE, DRY_RUN, SKIP_CONFIRMATION, MANIFESTS, CHARTS],
  { name: "readiness-timeout", type: "string" },
  { name: "verify", type: "bool" },
];
