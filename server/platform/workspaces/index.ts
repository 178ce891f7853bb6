export type { Isolation } from "../../workspace/index.ts";
export { actedOn } from "./acted-on.ts";
export { oneWorkspace } from "./capacity.ts";
export { HostClient, type HostClientEvents, HostError, isHostError } from "./host-client.ts";
export { Keeping } from "./keeping.ts";
export type { HostAddress, WorkspaceLauncher } from "./launcher.ts";
export { KEEP_DAYS } from "./limits.ts";
export { LocalLauncher, type LocalLauncherOptions } from "./local-launcher.ts";
export { type RegistryDeps, type WorkspaceEvents, WorkspaceRegistry } from "./registry.ts";
export { WorkspaceRoom } from "./room.ts";
export { makeLabSnapshots } from "./snapshot-making.ts";
export { type HostSource, type SpareWish, SpareWorkspaces } from "./spares.ts";
export { classTenancy, soloTenancy, type Tenancy } from "./tenancy.ts";
export {
  foldersOf,
  type IsolationFound,
  noIsolation,
  type ProbeOptions,
  probeIsolation,
  readablePaths,
  type Wall,
} from "./walls/index.ts";
