import fc from "fast-check";
import { expect, it } from "vitest";
import { OutputRing } from "./output-ring.ts";

it("keeps the last bytes and says when older ones are asked for", () => {
  const ring = new OutputRing(4);
  ring.push(Buffer.from("abc"));
  ring.push(Buffer.from("def"));
  expect([ring.start, ring.end]).toEqual([2, 6]);
  expect(ring.read(1, 10)).toBeUndefined();
  expect(ring.read(7, 10)).toBeUndefined();
  expect(Buffer.from(ring.read(2, 10) ?? []).toString()).toBe("cdef");
  expect(Buffer.from(ring.read(4, 1) ?? []).toString()).toBe("e");
  expect(ring.read(6, 10)).toHaveLength(0);
});

it("[property] any read inside the window equals the same part of everything written", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 9 })), fc.nat(60), fc.nat(30), (writes, from, limit) => {
      const ring = new OutputRing(16);
      for (const write of writes) ring.push(write);
      const all = Buffer.concat(writes);
      expect([ring.start, ring.end]).toEqual([Math.max(0, all.length - 16), all.length]);
      const read = ring.read(from, limit);
      if (from < ring.start || from > ring.end) expect(read).toBeUndefined();
      else expect(Buffer.from(read ?? [])).toEqual(all.subarray(from, from + limit));
    }),
  );
});
