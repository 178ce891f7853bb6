export { backupCommands } from "./commands.ts";
export { finishRestore, type RestoreOutcome } from "./finish-restore.ts";
