export type { RunBlock } from "./blocks.ts";
export { type ConditionProbe, type ConditionSpec, conditionSpec } from "./condition-spec.ts";
export { importInstruqt, importKillercoda, labFiles, type SourceFolder } from "./importers/index.ts";
export { isLabError, LabError } from "./lab-error.ts";
export {
  contentState,
  getLab,
  type LabsOptions,
  labLanguages,
  lintLabs,
  listLabs,
  loadLab,
  loadLabProof,
} from "./labs.ts";
export type { LintFinding } from "./lint.ts";
export type { LabDefinition, StepDefinition } from "./parse-lab.ts";
export type { LabBreak, LabProof, ProvenStep } from "./proof.ts";
export { ISTIO_VERSIONS } from "./versions.ts";
