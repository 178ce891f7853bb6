import { isObject } from "../../apimachinery/index.ts";
import type { PodTemplateSpec } from "../../apis/index.ts";

const ALPHABET = "bcdfghjklmnpqrstvwxz2456789";

/**
 * The value of pod-template-hash and controller-revision-hash. Like upstream's, an FNV-1a hash in the safe alphabet;
 * unlike it, taken over sorted JSON instead of Go's memory dump, so the letters differ from those of a real cluster.
 */
export function templateHash(template: PodTemplateSpec, collisionCount = 0): string {
  let hash = 0x811c9dc5;
  const text = `${sortedJson(template)}${collisionCount > 0 ? collisionCount : ""}`;
  for (const byte of Buffer.from(text, "utf8")) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return [...String(hash)].map((c) => ALPHABET[c.charCodeAt(0) % ALPHABET.length]).join("");
}

function sortedJson(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    isObject(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part,
  );
}
