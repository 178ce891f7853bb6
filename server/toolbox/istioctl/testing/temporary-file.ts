import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

export function temporaryFile(content: string): { readonly path: string; dispose(): void } {
  const folder = mkdtempSync(path.join(tmpdir(), "meshwork-"));
  const file = path.join(folder, "file");
  writeFileSync(file, content);
  return { path: file, dispose: () => rmSync(folder, { recursive: true }) };
}
