export { type BashRunnerOptions, createBashRunner } from "./bash-runner.ts";
export {
  type CheckedStep,
  type CheckRunner,
  type CheckRunnerDeps,
  createCheckRunner,
  type OnResults,
} from "./check-runner.ts";
export type { Timers } from "./condition-watch.ts";
export type { CommandRequest, CommandResult, RunCommand } from "./context.ts";
