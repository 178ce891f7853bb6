export { readSchema, schemaKinds } from "./schemas.ts";
