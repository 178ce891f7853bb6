import { z } from "zod";

/** Relative to the workspace's folder, "/" between the parts. */
export const filePath = z
  .string()
  .min(1)
  .max(500)
  .refine(
    (path) => !path.startsWith("/") && !path.split("/").some((part) => ["", ".", ".."].includes(part)),
    {
      message: "a path inside the workspace",
    },
  );

export const fileEntry = z.strictObject({
  path: z.string(),
  kind: z.enum(["file", "folder"]),
  size: z.number(),
});
export type FileEntry = z.infer<typeof fileEntry>;

export const filesListAnswer = z.strictObject({
  /** As the learner's shell calls it, e.g. "~/istio-workshops/istioinaction". */
  root: z.string(),
  entries: z.array(fileEntry).max(2_000),
  cut: z.boolean(),
});
export type FilesList = z.infer<typeof filesListAnswer>;

export const fileReadRequest = z.strictObject({
  path: filePath,
  /** The version that is known; an unchanged file is not sent again. */
  known: z.string().max(80).optional(),
});
export const fileReadAnswer = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("text"), text: z.string(), version: z.string() }),
  z.strictObject({ kind: z.literal("unchanged") }),
  z.strictObject({ kind: z.literal("missing") }),
  /** Too large or not text: nothing to edit. */
  z.strictObject({ kind: z.literal("not-text"), why: z.string() }),
]);

export const MAX_FILE_CHARACTERS = 80_000;
/** `expected`: the version that was edited; null: there is no such file yet. Another one on disk is a conflict. */
export const fileWriteRequest = z.strictObject({
  path: filePath,
  text: z.string().max(MAX_FILE_CHARACTERS),
  expected: z.string().max(80).nullable(),
});
export const fileWriteAnswer = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("saved"), version: z.string() }),
  z.strictObject({ kind: z.literal("conflict"), text: z.string(), version: z.string() }),
]);

export const manifestRequest = z.strictObject({ text: z.string().max(MAX_FILE_CHARACTERS) });
/** What `kubectl diff --server-side=false -f -` says: the server's dry run against what it has. */
export const manifestDiffAnswer = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("same") }),
  z.strictObject({ kind: z.literal("different"), diff: z.string() }),
  z.strictObject({ kind: z.literal("refused"), message: z.string() }),
]);
export const manifestApplyAnswer = z.strictObject({ applied: z.boolean(), output: z.string() });
