export { type ImportedLab, type LabFiles, labFiles, type SourceFolder } from "./imported.ts";
export { importInstruqt } from "./instruqt.ts";
export { importKillercoda } from "./killercoda.ts";
