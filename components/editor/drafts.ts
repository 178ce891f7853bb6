import { recall, remember } from "../ui/index.ts";
import { type Buffer, type Buffers, isDirty } from "./buffers.ts";

const key = "drafts";
const most = 20;

interface Draft {
  readonly path: string;
  readonly text: string;
  readonly base: { readonly text: string; readonly version: string } | null;
}

const isDraft = (value: unknown): value is Draft =>
  typeof value === "object" &&
  value !== null &&
  "path" in value &&
  typeof value.path === "string" &&
  "text" in value &&
  typeof value.text === "string" &&
  "base" in value &&
  (value.base === null ||
    (typeof value.base === "object" &&
      "text" in value.base &&
      typeof value.base.text === "string" &&
      "version" in value.base &&
      typeof value.base.version === "string"));
const areDrafts = (value: unknown): value is Draft[] => Array.isArray(value) && value.every(isDraft);

/** Unsaved edits outlive the page in this browser. */
export function keepDrafts(buffers: Buffers): void {
  const drafts = [...buffers.values()].filter(isDirty).slice(-most);
  remember(
    key,
    drafts.map(({ path, text, base }): Draft => ({ path, text, base })),
  );
}

export function keptDrafts(): readonly Buffer[] {
  return recall(key, areDrafts) ?? [];
}
