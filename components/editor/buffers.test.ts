import { describe, expect, it } from "vitest";
import { type BufferEvent, type Buffers, isDirty, nextBuffers } from "./buffers.ts";

const path = "a.yaml";
const one = { text: "one", version: "v1" };
const two = { text: "two", version: "v2" };
const having = (...events: BufferEvent[]): Buffers => events.reduce(nextBuffers, new Map());
const opened: BufferEvent = { type: "seen", path, disk: one };
const typed: BufferEvent = { type: "edited", path, text: "mine" };
const theirs: BufferEvent = { type: "seen", path, disk: two };

describe("an open file", () => {
  it("without edits follows the disk", () => {
    expect(having(opened, theirs).get(path)).toEqual({ path, text: "two", base: two });
    expect(having(opened, { type: "gone", path }).size).toBe(0);
  });

  it("with edits keeps them, and says that there is another version", () => {
    const buffer = having(opened, typed, theirs).get(path);
    expect(buffer).toEqual({ path, text: "mine", base: one, other: two });
    expect(buffer && isDirty(buffer)).toBe(true);
    expect(having(opened, typed, { type: "gone", path }).get(path)?.other).toBe("gone");
  });

  it("lets the learner decide", () => {
    expect(having(opened, typed, theirs, { type: "took-theirs", path }).get(path)).toEqual({
      path,
      text: "two",
      base: two,
    });
    expect(having(opened, typed, theirs, { type: "kept-mine", path }).get(path)).toEqual({
      path,
      text: "mine",
      base: two,
    });
    const gone: BufferEvent = { type: "gone", path };
    expect(having(opened, typed, gone, { type: "kept-mine", path }).get(path)).toEqual({
      path,
      text: "mine",
      base: null,
    });
    expect(having(opened, typed, gone, { type: "took-theirs", path }).size).toBe(0);
  });

  it("typing during a save is an edit of what was saved", () => {
    const saved: BufferEvent = { type: "saved", path, disk: { text: "mine", version: "v3" } };
    const buffer = having(opened, typed, { type: "edited", path, text: "mine and more" }, saved).get(path);
    expect(buffer).toEqual({ path, text: "mine and more", base: { text: "mine", version: "v3" } });
  });

  it("another's edit that says the same is no conflict", () => {
    const same = { text: "mine", version: "v9" };
    expect(having(opened, typed, { type: "seen", path, disk: same }).get(path)).toEqual({
      path,
      text: "mine",
      base: same,
    });
  });

  it("a new file waits for its first save", () => {
    const created = having({ type: "created", path }, typed).get(path);
    expect(created).toEqual({ path, text: "mine", base: null });
    expect(created && isDirty(created)).toBe(true);
  });
});
