export { HastContent } from "./hast-content.tsx";
export { useLabActions } from "./lab-actions.tsx";
export { LabFault } from "./lab-fault.tsx";
export { LabSheet } from "./lab-sheet.tsx";
export type { RenderedStep } from "./lab-text.tsx";
export { PreviewRefresh } from "./preview-refresh.tsx";
export { Workbench } from "./workbench.tsx";
