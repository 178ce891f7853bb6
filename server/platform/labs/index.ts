export type { RunBlock } from "./blocks.ts";
export { type ConditionProbe, type ConditionSpec, conditionSpec } from "./condition-spec.ts";
export { isLabError, LabError } from "./lab-error.ts";
export { getLab, type LabsOptions, listLabs, loadLab, loadRunBlocks } from "./labs.ts";
export type { LabDefinition, StepDefinition } from "./parse-lab.ts";
