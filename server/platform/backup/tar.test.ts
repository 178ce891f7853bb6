import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, it } from "vitest";
import { ArchiveWriter, readArchive } from "./archive.ts";
import type { Entry } from "./tar-header.ts";

const plain = { mode: 0o640, uid: 1000, gid: 1000, mtime: 1_700_000_000 };
const long = `workspaces/ada/home/${"ä".repeat(80)}/${"deep/".repeat(60)}file`;
const entries: Entry[] = [
  { path: "a", type: "directory", size: 0, ...plain, mode: 0o755 },
  { path: "a/empty", type: "file", size: 0, ...plain },
  { path: "a/whole-block", type: "file", size: 512, ...plain },
  { path: long, type: "file", size: 700, ...plain, uid: 3_000_000, gid: 3_000_001 },
  { path: "a/link", type: "symlink", size: 0, ...plain, target: "whole-block" },
  { path: "a/far", type: "symlink", size: 0, ...plain, target: `/${"x/".repeat(90)}y` },
];

async function archive(): Promise<Buffer> {
  const parts: Buffer[] = [];
  const writer = new ArchiveWriter(async (bytes) => void parts.push(bytes));
  for (const entry of entries) await writer.add(entry, [Buffer.alloc(entry.size, "z")]);
  await writer.end();
  return Buffer.concat(parts);
}

async function* inChunks(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(bytes: Buffer, chunk = 333): Promise<Entry[]> {
  const found: Entry[] = [];
  for await (const { entry, content } of readArchive(inChunks(bytes, chunk))) {
    let size = 0;
    // One is not asked for its bytes: they are passed over.
    if (entry.path !== "a/whole-block") for await (const part of content) size += part.length;
    else size = 512;
    expect(size).toBe(entry.size);
    found.push(entry);
  }
  return found;
}

it("what was written is read again, whatever the pieces it comes in", async () => {
  const bytes = await archive();
  for (const chunk of [1, 333, 512, 1_000_000]) expect(await read(bytes, chunk)).toEqual(entries);
});

it("the system's tar reads it, too", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "mwtar-"));
  try {
    const file = path.join(folder, "x.tar");
    writeFileSync(file, await archive());
    const listed = execFileSync("tar", ["--quoting-style=literal", "-tvf", file], {
      encoding: "utf8",
      env: { ...process.env, TZ: "UTC", LC_ALL: "C.UTF-8" },
    });
    const said = listed.split("\n").map((line) => line.replace(/ +/g, " "));
    const who = "1000/1000";
    const named = said.map((line) => line.replace(/^(\S+) \S+\/\S+ /, (_, mode) => `${mode} ${who} `));
    const at = "2023-11-14 22:13";
    expect(named).toEqual([
      `drwxr-xr-x ${who} 0 ${at} a/`,
      `-rw-r----- ${who} 0 ${at} a/empty`,
      `-rw-r----- ${who} 512 ${at} a/whole-block`,
      `-rw-r----- ${who} 700 ${at} ${long}`,
      `lrw-r----- ${who} 0 ${at} a/link -> whole-block`,
      `lrw-r----- ${who} 0 ${at} a/far -> /${"x/".repeat(90)}y`,
      expect.stringMatching(/^-rw------- .* end\.json$/),
      "",
    ]);
    expect(said[3]).toContain(" 3000000/3000001 ");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

it("an archive that is cut, changed, or ends without its end is told from a whole one", async () => {
  const bytes = await archive();
  const reason = (changed: Buffer) =>
    read(changed).then(
      () => "whole",
      (error: unknown) => String(error),
    );
  expect(await reason(bytes.subarray(0, bytes.length - 2000))).toBe(
    "ArchiveError: The archive ends too early: it is not whole.",
  );
  const flipped = Buffer.from(bytes);
  flipped[1536 + 100] = 0x41; // in the bytes of the whole block
  expect(await reason(flipped)).toBe(
    "ArchiveError: The archive was changed or damaged after it was made: its checksum differs.",
  );
  const header = Buffer.from(bytes);
  header[0] = 0x62;
  expect(await reason(header)).toBe("ArchiveError: A header of the archive is damaged.");
  expect(await reason(Buffer.concat([bytes.subarray(0, 512), Buffer.alloc(1024)]))).toBe(
    "ArchiveError: The archive has no end of ours: it is not whole.",
  );
});
