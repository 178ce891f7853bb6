import { createHash, timingSafeEqual } from "node:crypto";
import { openSecret } from "./secret-file.ts";

/** What the printed link proves: whoever opens it can read this user's terminal or files, so is this user. */
export interface StartToken {
  readonly value: string;
  accepts(given: string): boolean;
}

/** Kept in a file, so that the link that was printed still works after a crash of web. */
export function openStartToken(dataDir: string): StartToken {
  const value = openSecret(dataDir, "start-token");
  const expected = digest(value);
  return { value, accepts: (given) => timingSafeEqual(digest(given), expected) };
}

const digest = (text: string) => createHash("sha256").update(text).digest();
