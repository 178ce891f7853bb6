// Codes that are read aloud and typed from a projector: 13 characters of Crockford's base 32, 65 bits. A code is made from its
// row's id with the server's key, so it can be shown again, and the database alone gives none away.
import { createHmac } from "node:crypto";

const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH = 13;
const alike: Readonly<Record<string, string>> = { O: "0", I: "1", L: "1", U: "V" };

/** "7K3F-9QXW-2MZ4D" */
export function joinCode(id: string, key: string): string {
  const bytes = createHmac("sha256", key).update(`join-code:${id}`).digest();
  const characters = [...bytes.subarray(0, LENGTH)].map((byte) => alphabet[byte % alphabet.length]);
  const code = characters.join("");
  return `${code.slice(0, 4)}-${code.slice(4, 8)}-${code.slice(8)}`;
}

/** What was typed, as it was meant: case, dashes, spaces and letters that look alike do not matter. Undefined: no code at all. */
export function readJoinCode(typed: string): string | undefined {
  const code = [...typed.toUpperCase().replace(/[\s\-‐-―_.]/g, "")]
    .map((character) => alike[character] ?? character)
    .join("");
  return code.length === LENGTH && [...code].every((character) => alphabet.includes(character))
    ? code
    : undefined;
}

/** By which a code is found. Keyed: how long a search takes tells nothing about any code. */
export const joinCodeDigest = (code: string, key: string) =>
  createHmac("sha256", key).update(`join-digest:${code}`).digest("hex");
