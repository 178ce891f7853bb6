export { type LabPreparation, type PrepareOutcome, prepareLab, type RunDeps, runInOrder } from "./prepare.ts";
export { type CommandOptions, runCommand } from "./run-command.ts";
