import { execFileSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
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
  it("[A4] the folder itself may be a link, and leads nowhere out of the home", async () => {
    const own = path.join(at.home, "..", `${path.basename(at.home)}-own`);
    mkdirSync(own);
    writeFileSync(path.join(own, "token"), "secret");
    try {
      const linked = { home: at.home, root: path.join(at.home, "linked") };
      symlinkSync(own, linked.root);
      const out = "That path leads out of the workspace.";
      await expect(listFiles(linked)).rejects.toThrow(out);
      await expect(readTextFile(linked, { path: "token" })).rejects.toThrow(out);
      await expect(writeTextFile(linked, { path: "token", text: "x", expected: null })).rejects.toThrow(out);
      expect(readdirSync(own)).toEqual(["token"]);
      rmSync(linked.root);
      // To another folder of the home it may lead.
      symlinkSync(path.join(at.home, "workshop"), linked.root);
      expect(await readTextFile(linked, { path: "new/er/n.yaml" })).toMatchObject({ text: "n" });
    } finally {
      rmSync(own, { recursive: true });
    }
  });

  it("[A4] a folder that becomes a link between the look and the opening leads nowhere either", async () => {
    const { holdFolder } = await import("../files/index.ts");
    const names = ["workshop", "up"];
    await expect(holdFolder(at.home, { names }, async () => "opened")).rejects.toThrow("ENOTDIR");
    symlinkSync("a.yaml", path.join(at.root, "apps", "alias.yaml"));
    expect(await readTextFile(at, { path: "apps/alias.yaml" })).toMatchObject({ text: "kind: B\n" });
    execFileSync("mkfifo", [path.join(at.root, "pipe")]);
    expect(await readTextFile(at, { path: "pipe" })).toEqual({
      kind: "not-text",
      why: "This is not a file.",
    });
  });
});
