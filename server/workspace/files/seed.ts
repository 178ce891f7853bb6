import { cpSync, existsSync, mkdirSync } from "node:fs";

/** Copies the workshop's files into the learner's folder. What is there already is the learner's and stays as it is. */
export function seedFiles(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  if (existsSync(from)) cpSync(from, to, { recursive: true, force: false, errorOnExist: false });
}
