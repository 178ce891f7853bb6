export { manifestLanguage } from "./language.ts";
export { type SchemaSource, schemaSource } from "./source.ts";
