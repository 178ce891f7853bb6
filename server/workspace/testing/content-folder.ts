import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/** A content folder with the workshop "basics" and no lab in it. */
export async function contentFolder(): Promise<string> {
  const dir = mkdtempSync(path.join(tmpdir(), "mw-content-"));
  const workshop = path.join(dir, "workshops", "basics");
  mkdirSync(workshop, { recursive: true });
  writeFileSync(
    path.join(workshop, "workshop.yaml"),
    "id: basics\ntitle: Basics\nsummary: The first steps.\n",
  );
  return dir;
}
