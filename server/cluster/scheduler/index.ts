export { type SchedulerDeps, startScheduler } from "./scheduler.ts";
