import { z } from "zod";

export const schemaKindsAnswer = z.strictObject({
  kinds: z.array(z.strictObject({ apiVersion: z.string(), kind: z.string() })).max(600),
});

export const schemaReadRequest = z.strictObject({
  apiVersion: z.string().regex(/^([a-z0-9.-]{1,200}\/)?v[a-z0-9]{1,20}$/),
  kind: z.string().regex(/^[A-Za-z0-9]{1,100}$/),
});
/** JSON: the kind's schema from the cluster's OpenAPI v3, with the definitions it refers to. */
export const schemaReadAnswer = z.strictObject({ schema: z.string() });
