import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { silentLogger, TestClock } from "../base/index.ts";
import { type FileStorage, openFileStorage } from "./index.ts";

interface Value {
  readonly text: string;
}

describe("file storage", () => {
  let directory = "";
  const opened: FileStorage<Value>[] = [];
  const open = (logBytes?: number): FileStorage<Value> => {
    const deps = {
      directory,
      clock: new TestClock(),
      logger: silentLogger,
      ...(logBytes ? { logBytes } : {}),
    };
    const storage = openFileStorage<Value>(deps, (value) => ({
      text: "text" in value ? String(value.text) : "",
    }));
    opened.push(storage);
    return storage;
  };
  const put = ({ storage }: FileStorage<Value>, key: string, text: string) =>
    storage.txn([], [{ type: "put", key, value: () => ({ text }) }]);
  const log = () =>
    join(
      directory,
      readdirSync(directory)
        .filter((name) => name.startsWith("log-"))
        .sort()
        .at(-1) ?? "",
    );

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "storage-"));
  });
  afterEach(() => {
    for (const storage of opened.splice(0)) storage.dispose();
    rmSync(directory, { recursive: true });
  });

  it("[ST10] finds the same values and revisions again without having been closed", () => {
    const first = open();
    put(first, "/g/a/1", "one");
    put(first, "/g/a/2", "two");
    put(first, "/g/a/1", "ONE");
    first.storage.txn([], [{ type: "delete", key: "/g/a/2", value: () => ({ text: "" }) }]);
    const second = open();
    expect(second.storage.revision).toBe(5);
    expect(second.storage.range("/").items).toEqual([
      { key: "/g/a/1", value: { text: "ONE" }, createRevision: 2, modRevision: 4 },
    ]);
    put(second, "/g/a/3", "three");
    expect(second.storage.revision).toBe(6);
  });

  it("[ST11] drops a torn last line, and writes on after it", () => {
    const first = open();
    put(first, "/g/a/1", "one");
    appendFileSync(log(), '0badc0de {"revision":3,"chan');
    const second = open();
    expect(second.storage.revision).toBe(2);
    put(second, "/g/a/2", "two");
    expect(
      open()
        .storage.range("/")
        .items.map(({ value }) => value.text),
    ).toEqual(["one", "two"]);
  });

  it("[ST12] refuses to start over a log that is damaged in the middle", () => {
    const first = open();
    for (const text of ["one", "two", "three"]) put(first, "/g/a/1", text);
    const path = log();
    writeFileSync(path, readFileSync(path, "utf8").replace("two", "2wo"));
    expect(() => open()).toThrow(`${path} is damaged after revision 2`);
  });

  it("[ST13] folds a long log into a snapshot and loses nothing", async () => {
    const first = open(500);
    for (let index = 0; index < 40; index++) {
      put(first, `/g/a/${index % 7}`, `value ${index}`);
      await first.settled();
    }
    await first.settled();
    expect(readdirSync(directory)).toContain("snapshot.jsonl");
    const before = first.storage.state();
    const second = open();
    expect(second.storage.revision).toBe(before.revision);
    expect(second.storage.range("/").items).toEqual(first.storage.range("/").items);
  });
});
