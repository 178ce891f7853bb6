export { createReads, type Reads, type ReadsDeps } from "./reads.ts";
