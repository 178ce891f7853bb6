import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type FilesAt, listFiles, readTextFile, writeTextFile } from "./files.ts";

let at: FilesAt;
beforeAll(() => {
  const home = mkdtempSync(path.join(tmpdir(), "meshwork-files-"));
  at = { home, root: path.join(home, "workshop") };
  mkdirSync(path.join(at.root, "apps", "deep"), { recursive: true });
  writeFileSync(path.join(at.root, "apps", "a.yaml"), "kind: A\n", { mode: 0o600 });
  writeFileSync(path.join(at.root, "z.bin"), Buffer.from([0xff, 0x00]));
  writeFileSync(path.join(at.root, ".hidden"), "");
  writeFileSync(path.join(home, "outside.txt"), "secret");
  symlinkSync(home, path.join(at.root, "up"));
});
afterAll(() => rmSync(at.home, { recursive: true, force: true }));

describe("files", () => {
  it("lists folders first, without what is hidden and without links", async () => {
    expect(await listFiles(at)).toEqual({
      root: "~/workshop",
      entries: [
        { path: "apps", kind: "folder", size: 0 },
        { path: "apps/deep", kind: "folder", size: 0 },
        { path: "apps/a.yaml", kind: "file", size: 8 },
        { path: "z.bin", kind: "file", size: 2 },
      ],
      cut: false,
    });
  });

  it("a save keeps the file's mode; an edit of something older than the disk is a conflict and writes nothing", async () => {
    const read = await readTextFile(at, { path: "apps/a.yaml" });
    if (read.kind !== "text") throw new Error(read.kind);
    expect(read.text).toBe("kind: A\n");
    expect(await readTextFile(at, { path: "apps/a.yaml", known: read.version })).toEqual({
      kind: "unchanged",
    });

    const saved = await writeTextFile(at, { path: "apps/a.yaml", text: "kind: B\n", expected: read.version });
    expect(saved.kind).toBe("saved");
    const file = path.join(at.root, "apps", "a.yaml");
    expect([readFileSync(file, "utf8"), statSync(file).mode & 0o777]).toEqual(["kind: B\n", 0o600]);

    const late = await writeTextFile(at, { path: "apps/a.yaml", text: "kind: C\n", expected: read.version });
    expect(late).toMatchObject({ kind: "conflict", text: "kind: B\n" });
    expect(readFileSync(file, "utf8")).toBe("kind: B\n");
  });

  it("a new file is made with its folders, but not over one that is there", async () => {
    expect(await writeTextFile(at, { path: "new/er/n.yaml", text: "n", expected: null })).toMatchObject({
      kind: "saved",
    });
    expect(await writeTextFile(at, { path: "new/er/n.yaml", text: "m", expected: null })).toMatchObject({
      kind: "conflict",
      text: "n",
    });
  });

  it("what is not there, not text, or outside is said to be so", async () => {
    expect(await readTextFile(at, { path: "apps/none" })).toEqual({ kind: "missing" });
    expect(await readTextFile(at, { path: "z.bin" })).toEqual({
      kind: "not-text",
      why: "This is not a text file.",
    });
    await expect(readTextFile(at, { path: "up/outside.txt" })).rejects.toThrow(
      "That path leads out of the workspace.",
    );
    await expect(writeTextFile(at, { path: "up/new.txt", text: "", expected: null })).rejects.toThrow(
      "That path leads out of the workspace.",
    );
  });
});
