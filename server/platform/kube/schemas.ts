import { z } from "zod";
import type { KubeObject } from "./types.ts";

const text = z.record(z.string(), z.string());

/** Checks what we rely on and leaves all other fields as they came. */
export const kubeObject: z.ZodType<KubeObject> = z.looseObject({
  apiVersion: z.string().optional(),
  kind: z.string().optional(),
  metadata: z.looseObject({
    name: z.string(),
    namespace: z.string().optional(),
    uid: z.string().optional(),
    resourceVersion: z.string().optional(),
    creationTimestamp: z
      .string()
      .nullish()
      .transform((value) => value ?? undefined),
    labels: text.nullish().transform((value) => value ?? undefined),
    annotations: text.nullish().transform((value) => value ?? undefined),
    deletionTimestamp: z.string().optional(),
  }),
});

export const kubeList = z.object({
  metadata: z.object({ resourceVersion: z.string().optional(), continue: z.string().optional() }).default({}),
  items: z
    .array(kubeObject)
    .nullish()
    .transform((items) => items ?? []),
});

export const watchLine = z.discriminatedUnion("type", [
  z.object({ type: z.enum(["ADDED", "MODIFIED", "DELETED"]), object: kubeObject }),
  z.object({
    type: z.literal("BOOKMARK"),
    object: z.object({ metadata: z.object({ resourceVersion: z.string() }) }),
  }),
  z.object({
    type: z.literal("ERROR"),
    object: z.object({ code: z.number().optional(), message: z.string().optional() }),
  }),
]);

export const resourceList = z.object({
  resources: z.array(z.object({ name: z.string(), kind: z.string(), namespaced: z.boolean() })),
});

/** The Status that ends an exec stream. */
export const execStatus = z.object({
  status: z.string().optional(),
  message: z.string().optional(),
  reason: z.string().optional(),
  details: z
    .object({
      causes: z.array(z.object({ reason: z.string().optional(), message: z.string().optional() })).nullish(),
    })
    .nullish(),
});
