export { type FilesAt, writeTextFile } from "./files.ts";
export { configurationKinds } from "./kinds.ts";
export { createReads, type Reads, type ReadsDeps } from "./reads.ts";
