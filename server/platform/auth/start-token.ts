import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

/** What the printed link proves: whoever opens it can read this user's terminal or files, so is this user. */
export interface StartToken {
  readonly value: string;
  accepts(given: string): boolean;
}

/** Kept in a 0600 file, so that the link that was printed still works after a crash of web. */
export function openStartToken(dataDir: string): StartToken {
  const file = path.join(dataDir, "start-token");
  const value = readToken(file) ?? writeToken(file);
  const expected = digest(value);
  return { value, accepts: (given) => timingSafeEqual(digest(given), expected) };
}

function readToken(file: string): string | undefined {
  try {
    const value = readFileSync(file, "utf8").trim();
    return value.length >= 43 ? value : undefined;
  } catch {
    return undefined; // first start
  }
}

function writeToken(file: string): string {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const value = randomBytes(32).toString("base64url");
  writeFileSync(file, value, { mode: 0o600 });
  return value;
}

const digest = (text: string) => createHash("sha256").update(text).digest();
