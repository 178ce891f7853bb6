export { analyze } from "./command.ts";
export { parseDocuments } from "./documents.ts";
export { readSource, several } from "./from-files.ts";
