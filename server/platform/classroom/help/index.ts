export { HelpDesk, type HelpDeskDeps, type HelpNewsPort } from "./help-desk.ts";
