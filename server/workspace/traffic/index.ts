export { createTraffic, type TrafficReads } from "./traffic.ts";
