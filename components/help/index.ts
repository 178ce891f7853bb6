export { HelpButton, HelpNotices } from "./learner-help.tsx";
export { useLearnerHelp } from "./use-learner-help.ts";
