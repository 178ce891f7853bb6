import { createHash } from "node:crypto";

/** Tells whether a piece of configuration is the same as one before, without keeping its text. */
export function fingerprint(config: object): string {
  return createHash("sha1").update(JSON.stringify(config)).digest("base64");
}
