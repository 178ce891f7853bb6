export { type LabPreparation, type PrepareOutcome, prepareLab } from "./prepare.ts";
export { type CommandOptions, runCommand } from "./run-command.ts";
