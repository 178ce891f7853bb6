import { compareFields, FieldSet, fieldSetOf, mergeApplied, removeFields } from "./field-set.ts";
import type { JsonObject } from "./json.ts";
import type { SchemaNode } from "./schema-node.ts";
import { badRequest, StatusError } from "./status.ts";
import type { KubeObject, ManagedFieldsEntry } from "./types.ts";

/** Who writes, and with which schema. */
export interface FieldWriter {
  readonly manager: string;
  readonly subresource: string;
  readonly apiVersion: string;
  /** RFC 3339. */
  readonly now: string;
  readonly node: SchemaNode | undefined;
  /** Top-level fields that this endpoint does not write (status, or everything but status). */
  readonly ignores: (field: string) => boolean;
}

// Beyond this many updaters the oldest are put together (upstream DefaultMaxUpdateManagers).
const MAX_UPDATERS = 10;
const ANCIENT = "ancient-changes";

// Never owned by anyone (upstream stripfields.go).
const SERVER_METADATA = new Set([
  "f:name",
  "f:namespace",
  "f:creationTimestamp",
  "f:selfLink",
  "f:uid",
  "f:generation",
  "f:managedFields",
  "f:resourceVersion",
]);

function owned(set: FieldSet, writer: FieldWriter): FieldSet {
  const result = new FieldSet();
  for (const [element, child] of set.children) {
    const field = element.slice(2);
    if (field === "apiVersion" || field === "kind" || writer.ignores(field)) continue;
    if (field !== "metadata") {
      result.children.set(element, child);
      continue;
    }
    const metadata = new FieldSet();
    for (const [key, value] of child.children)
      if (!SERVER_METADATA.has(key)) metadata.children.set(key, value);
    if (metadata.children.size > 0) result.children.set(element, metadata);
  }
  return result;
}

type Entries = readonly ManagedFieldsEntry[];

const setOf = (entry: ManagedFieldsEntry) => FieldSet.fromFieldsV1(entry.fieldsV1);

/** Entries without the given paths; those that own nothing any more are gone. Untouched entries stay the same object. */
function withoutFields(entries: Entries, fields: FieldSet): ManagedFieldsEntry[] {
  if (fields.isEmpty) return [...entries];
  return entries.flatMap((entry) => {
    const set = setOf(entry);
    if (set.and(fields).isEmpty) return [entry];
    const left = set.minus(fields);
    return left.isEmpty ? [] : [{ ...entry, fieldsV1: left.toFieldsV1() }];
  });
}

/** managedFields after a create or an update. Follows managedfields fieldmanager Update. */
export function trackUpdate(
  object: KubeObject,
  old: KubeObject | undefined,
  writer: FieldWriter,
): KubeObject {
  const given = object.metadata.managedFields;
  const before = given ?? old?.metadata.managedFields ?? [];
  // An empty list asks to forget all owners.
  if (old && given && given.length === 0) return withEntries(object, []);
  const differences = compareFields(old ?? {}, object, writer.node);
  const changed = owned(differences.changed, writer);
  const removed = owned(differences.removed, writer);
  if (changed.isEmpty && removed.isEmpty) return withEntries(object, before);
  const isOwn = (entry: ManagedFieldsEntry) =>
    entry.operation === "Update" &&
    entry.manager === writer.manager &&
    entry.apiVersion === writer.apiVersion &&
    (entry.subresource ?? "") === writer.subresource;
  const own = before.find(isOwn);
  const others = withoutFields(
    before.filter((entry) => entry !== own),
    changed.union(removed),
  );
  const mine = (own ? setOf(own).minus(removed) : new FieldSet()).union(changed);
  const entry = entryOf(writer, "Update", mine);
  return withEntries(object, capped(mine.isEmpty ? others : [...others, entry]));
}

/** The result of a server-side apply: the object and its managedFields. Throws a Conflict unless `force`. */
export function serverSideApply(
  live: KubeObject | undefined,
  applied: KubeObject,
  writer: FieldWriter & { readonly force: boolean },
): KubeObject {
  if (applied.metadata.managedFields !== undefined) {
    throw badRequest("metadata.managedFields must be nil");
  }
  const appliedSet = owned(fieldSetOf(applied, writer.node), writer);
  const before = live?.metadata.managedFields ?? [];
  const own = before.find(
    (entry) =>
      entry.operation === "Apply" &&
      entry.manager === writer.manager &&
      (entry.subresource ?? "") === writer.subresource,
  );
  const others = before.filter((entry) => entry !== own);
  const merged = live ? mergeApplied(live, applied, writer.node) : applied;
  const dropped = own ? setOf(own).minus(appliedSet) : new FieldSet();
  const kept = others.reduce((all, entry) => all.union(setOf(entry)), appliedSet);
  const orphaned = dropped.minus(kept).withoutParentsOf(kept);
  const pruned = removeFields(merged, orphaned, writer.node);
  const object = pruned satisfies unknown as KubeObject; // merging and pruning objects gives an object
  const changed = owned(compareFields(live ?? {}, object, writer.node).changed, writer);
  const conflicts = live ? conflictsOf(others, changed) : [];
  if (conflicts.length > 0 && !writer.force) throw applyConflict(conflicts);
  const entry = entryOf(writer, "Apply", appliedSet);
  const same = own && setOf(own).minus(appliedSet).isEmpty && appliedSet.minus(setOf(own)).isEmpty;
  const rest = conflicts.length > 0 ? withoutFields(others, changed) : others;
  return withEntries(object, same && changed.isEmpty ? before : [...rest, entry]);
}

interface FieldConflict {
  readonly entry: ManagedFieldsEntry;
  readonly path: string;
}

function conflictsOf(others: Entries, changed: FieldSet): FieldConflict[] {
  return others.flatMap((entry) =>
    setOf(entry)
      .and(changed)
      .paths()
      .map((path) => ({ entry, path })),
  );
}

function managerText({ manager, subresource, operation, apiVersion }: ManagedFieldsEntry): string {
  const name = `${JSON.stringify(manager)}${subresource ? ` with subresource ${JSON.stringify(subresource)}` : ""}`;
  return operation === "Update" ? `${name} using ${apiVersion}` : name;
}

/** Follows managedfields internal/conflict.go. */
function applyConflict(conflicts: readonly FieldConflict[]): StatusError {
  const [first] = conflicts;
  const managers = [...new Set(conflicts.map(({ entry }) => managerText(entry)))].sort();
  const lines = managers.flatMap((manager) => [
    `conflicts with ${manager}:`,
    ...conflicts.filter(({ entry }) => managerText(entry) === manager).map(({ path }) => `- ${path}`),
  ]);
  const message =
    conflicts.length === 1 && first
      ? `Apply failed with 1 conflict: conflict with ${managerText(first.entry)}: ${first.path}`
      : `Apply failed with ${conflicts.length} conflicts: ${lines.join("\n")}`;
  return new StatusError({
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message,
    reason: "Conflict",
    details: {
      causes: conflicts.map(({ entry, path }) => ({
        reason: "FieldManagerConflict",
        message: `conflict with ${managerText(entry)}`,
        field: path,
      })),
    },
    code: 409,
  });
}

function entryOf(writer: FieldWriter, operation: "Apply" | "Update", set: FieldSet): ManagedFieldsEntry {
  const fieldsV1: JsonObject = set.toFieldsV1();
  return {
    manager: writer.manager,
    operation,
    apiVersion: writer.apiVersion,
    time: writer.now,
    fieldsType: "FieldsV1",
    fieldsV1,
    ...(writer.subresource ? { subresource: writer.subresource } : {}),
  };
}

function capped(entries: ManagedFieldsEntry[]): ManagedFieldsEntry[] {
  const updaters = entries.filter(({ operation }) => operation === "Update");
  if (updaters.length <= MAX_UPDATERS) return entries;
  const oldest = updaters.slice(0, updaters.length - MAX_UPDATERS + 1);
  const set = oldest.reduce((all, entry) => all.union(setOf(entry)), new FieldSet());
  const last = oldest.at(-1);
  const together: ManagedFieldsEntry = { ...last, manager: ANCIENT, fieldsV1: set.toFieldsV1() };
  return [together, ...entries.filter((entry) => !oldest.includes(entry))];
}

function withEntries(object: KubeObject, managedFields: Entries): KubeObject {
  return { ...object, metadata: { ...object.metadata, managedFields } };
}
