export { HelpQueue } from "./help-queue.tsx";
export { LearnerDrawer } from "./learner-drawer.tsx";
export { Tell } from "./tell.tsx";
export { type HelpDeskUse, useHelpDesk } from "./use-help-desk.ts";
