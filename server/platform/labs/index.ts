export { type ConditionProbe, type ConditionSpec, conditionSpec } from "./condition-spec.ts";
export { isLabError, LabError } from "./lab-error.ts";
export { getLab, type LabsOptions, listLabs, loadLab } from "./labs.ts";
export type { LabDefinition, StepDefinition } from "./parse-lab.ts";
