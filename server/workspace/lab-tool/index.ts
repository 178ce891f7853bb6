export { type BenchOptions, type LabBench, openBench } from "./bench.ts";
export { LabToolError, runLabTool } from "./command.ts";
export { proveLab } from "./prove-lab.ts";
export type { Fault, StepReport } from "./report.ts";
