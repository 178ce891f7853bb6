export { HastContent } from "./hast-content.tsx";
export { useLabActions } from "./lab-actions.tsx";
export type { RenderedStep } from "./lab-text.tsx";
export { Workbench } from "./workbench.tsx";
