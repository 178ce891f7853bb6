import { describe, expect, it } from "vitest";
import { type Change, Compacted, Storage } from "./index.ts";

interface Value {
  readonly text: string;
  readonly revision: number;
}

const put = (key: string, text: string) => ({
  type: "put" as const,
  key,
  value: (revision: number): Value => ({ text, revision }),
});
const remove = (key: string) => ({
  type: "delete" as const,
  key,
  value: (revision: number): Value => ({ text: "gone", revision }),
});
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe("Storage", () => {
  it("[ST1] gives each transaction the next revision and lets a value hold it", () => {
    const storage = new Storage<Value>();
    storage.txn([], [put("/g/a/1", "one")]);
    storage.txn([], [put("/g/a/2", "two")]);
    expect(storage.get("/g/a/2")).toEqual({
      key: "/g/a/2",
      value: { text: "two", revision: 3 },
      createRevision: 3,
      modRevision: 3,
    });
  });

  it("[ST2] changes nothing when a comparison fails", () => {
    const storage = new Storage<Value>();
    storage.txn([{ key: "/g/a/1", modRevision: 0 }], [put("/g/a/1", "one")]);
    expect(storage.txn([{ key: "/g/a/1", modRevision: 0 }], [put("/g/a/1", "again")])).toBeUndefined();
    expect(storage.get("/g/a/1")?.value.text).toBe("one");
    expect(storage.revision).toBe(2);
  });

  it("[ST3] ranges in key order, in pages, and at an older revision", () => {
    const storage = new Storage<Value>();
    for (const key of ["c", "a", "b"]) storage.txn([], [put(`/g/a/${key}`, key)]);
    const then = storage.revision;
    storage.txn([], [remove("/g/a/b")]);
    storage.txn([], [put("/g/a/d", "d"), put("/g/a/a", "changed")]);
    const keys = (options: object) => storage.range("/g/a/", options).items.map((item) => item.value.text);
    expect(keys({})).toEqual(["changed", "c", "d"]);
    expect(keys({ revision: then })).toEqual(["a", "b", "c"]);
    expect(storage.range("/g/a/", { revision: then, after: "/g/a/a", limit: 1 })).toMatchObject({
      items: [{ key: "/g/a/b" }],
      remaining: 1,
      revision: then,
    });
    expect(storage.range("/g/ab/").items).toEqual([]);
  });

  it("[ST4] a watch tells the past first, then the present, only under its prefix", async () => {
    const storage = new Storage<Value>();
    storage.txn([], [put("/g/a/1", "one")]);
    const heard: Change<Value>[] = [];
    const watch = storage.watch("/g/a/", 1, (changes) => heard.push(...changes));
    storage.txn([], [put("/g/b/1", "other")]);
    storage.txn([], [remove("/g/a/1")]);
    await settle();
    expect(heard.map(({ type, key, revision }) => ({ type, key, revision }))).toEqual([
      { type: "put", key: "/g/a/1", revision: 2 },
      { type: "delete", key: "/g/a/1", revision: 4 },
    ]);
    watch.dispose();
    storage.txn([], [put("/g/a/1", "late")]);
    await settle();
    expect(heard).toHaveLength(2);
  });

  it("[ST7] a watch or a range from a compacted revision ends with Compacted", () => {
    const storage = new Storage<Value>();
    for (let index = 0; index < 5; index++) storage.txn([], [put("/g/a/1", String(index))]);
    storage.compact(4);
    expect(() => storage.watch("/g/a/", 3, () => undefined)).toThrow(Compacted);
    expect(() => storage.range("/g/a/", { revision: 3 })).toThrow(Compacted);
    expect(storage.range("/g/a/", { revision: 5 }).items[0]?.value.text).toBe("3");
  });
});
