import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

/** 256 random bits in a 0600 file of the data folder, made at the first start and the same ever after. */
export function openSecret(dataDir: string, name: string): string {
  const file = path.join(dataDir, name);
  return readSecret(file) ?? writeSecret(file);
}

function readSecret(file: string): string | undefined {
  try {
    const value = readFileSync(file, "utf8").trim();
    return value.length >= 43 ? value : undefined;
  } catch {
    return undefined; // first start
  }
}

function writeSecret(file: string): string {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const value = randomBytes(32).toString("base64url");
  writeFileSync(file, value, { mode: 0o600 });
  return value;
}
