import type { ObjectRow } from "../../server/contracts/index.ts";

export interface Seen {
  readonly versions: ReadonlyMap<string, string | undefined>;
  /** When an object was first seen as new or changed, in milliseconds; by uid. */
  readonly changed: ReadonlyMap<string, number>;
}

/** What is new or different since the first look. */
export function changedSince(before: Seen | undefined, rows: readonly ObjectRow[], now: number): Seen {
  const versions = new Map(rows.map(({ uid, resourceVersion }) => [uid, resourceVersion]));
  if (!before) return { versions, changed: new Map() };
  const changed = new Map<string, number>();
  for (const { uid, resourceVersion } of rows) {
    const known = before.changed.get(uid);
    const same = before.versions.has(uid) && before.versions.get(uid) === resourceVersion;
    if (!same) changed.set(uid, now);
    else if (known !== undefined) changed.set(uid, known);
  }
  return { versions, changed };
}
