export { createLog, inRequest, type RequestContext } from "./log.ts";
