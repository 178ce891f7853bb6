export { type BenchOptions, type LabBench, openBench } from "./bench.ts";
export { LabToolError, runLabTool } from "./command.ts";
export { makeSnapshots } from "./make-snapshots.ts";
export type { Fault, StepReport } from "./report.ts";
export { type LabReport, startTests } from "./test-labs.ts";
