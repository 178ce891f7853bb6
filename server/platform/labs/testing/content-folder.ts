import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** A content folder made of the given files; a workshop.yaml is added. */
export async function contentFolder(
  files: Readonly<Record<string, string>>,
): Promise<{ dir: string; remove: () => Promise<void> }> {
  const base = await mkdtemp(join(tmpdir(), "meshwork-labs-"));
  const dir = join(base, "content");
  const workshop = "id: basics\ntitle: Basics\nsummary: The first steps.\n";
  const all = { "workshops/basics/workshop.yaml": workshop, ...files };
  for (const [path, text] of Object.entries(all)) {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), text);
  }
  return { dir, remove: () => rm(base, { recursive: true }) };
}

const head = ["id: first", "title: First", "summary: Do a thing.", "minutes: 5"];

/** A lab file with this body, and more front matter when a test needs it. */
export function labText(body: string, frontMatter = ""): string {
  return `---\n${head.join("\n")}\n${frontMatter}---\n${body}`;
}
