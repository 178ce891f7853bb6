// A prepared state of a cluster that new clusters may begin with. Packed once from a cluster that has ended; unpacked, its
// objects look as if they had just been made: ages count from now, pods run on as they were.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isObject } from "../../apimachinery/index.ts";
import { holdsState, recoverState, SNAPSHOT, writeSnapshot } from "../../storage/index.ts";

/** When the state was packed, in milliseconds. */
const TAKEN = "taken-at";

/** Packs what the objects' folder of an ended cluster holds into a folder of its own. */
export async function packObjects(directory: string, into: string, now: number): Promise<void> {
  if (!holdsState(directory)) throw new Error(`there is no state of a cluster in ${directory}`);
  mkdirSync(into, { recursive: true, mode: 0o700 });
  await writeSnapshot(join(into, SNAPSHOT), recoverState(directory));
  writeFileSync(join(into, TAKEN), String(now), { mode: 0o600 });
}

/** Lays a packed state into a folder that holds none, as of `now`. False: there is a state already, which stays. */
export async function unpackObjects(packed: string, directory: string, now: number): Promise<boolean> {
  if (holdsState(directory)) return false;
  const later = now - Number(readFileSync(join(packed, TAKEN), "utf8"));
  const { revision, items } = recoverState(packed);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  await writeSnapshot(join(directory, SNAPSHOT), {
    revision,
    items: items.map((item) => ({ ...item, value: moved(item.value, later) })),
  });
  return true;
}

/**
 * Times that the cluster itself wrote: in metadata, status, events and leases. Never the spec or an annotation: a pod
 * template with another time in it would be another template.
 */
function moved(value: object, ms: number): object {
  const { kind, metadata, status } = Object.fromEntries(Object.entries(value));
  if (kind === "Event" || kind === "Lease") return { ...value, ...movedFields(value, ms) };
  return {
    ...value,
    ...(isObject(metadata) && { metadata: { ...movedFields(metadata, ms), ...kept(metadata) } }),
    ...(isObject(status) && { status: movedFields(status, ms) }),
  };
}

const kept = ({ annotations, labels }: { annotations?: unknown; labels?: unknown }) => ({
  ...(annotations !== undefined && { annotations }),
  ...(labels !== undefined && { labels }),
});

function movedFields(value: object, ms: number): object {
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, movedValue(field, ms)]));
}

/** RFC 3339 in UTC, to the second or with the six digits of a MicroTime. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?Z$/;

function movedValue(value: unknown, ms: number): unknown {
  if (Array.isArray(value)) return value.map((one) => movedValue(one, ms));
  if (isObject(value)) return movedFields(value, ms);
  const micros = typeof value === "string" ? TIME.exec(value) : null;
  if (!micros || typeof value !== "string") return value;
  const time = new Date(Date.parse(value) + ms).toISOString();
  return micros[1] ? `${time.slice(0, 23)}${micros[1].slice(4)}Z` : `${time.slice(0, 19)}Z`;
}
