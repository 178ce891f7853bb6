import { describe, expect, it } from "vitest";
import { type KeyPress, keyAction } from "./keys.ts";

const press = (key: string, modifiers: Partial<KeyPress> = {}): KeyPress => ({
  type: "keydown",
  key,
  ctrlKey: false,
  shiftKey: false,
  altKey: false,
  metaKey: false,
  ...modifiers,
});

describe("keyAction", () => {
  it.each([
    ["Ctrl-C with a selection copies", press("c", { ctrlKey: true }), true, "copy"],
    ["Ctrl-C without one interrupts", press("c", { ctrlKey: true }), false, "terminal"],
    ["Ctrl-Shift-C copies", press("C", { ctrlKey: true, shiftKey: true }), true, "copy"],
    ["Command-C with a selection copies", press("c", { metaKey: true }), true, "copy"],
    ["Ctrl-V is the browser's paste", press("v", { ctrlKey: true }), false, "browser"],
    ["Ctrl-F stays with the shell", press("f", { ctrlKey: true }), false, "terminal"],
    ["Ctrl-Shift-F searches", press("F", { ctrlKey: true, shiftKey: true }), false, "search"],
    ["Ctrl-Shift-Escape leaves", press("Escape", { ctrlKey: true, shiftKey: true }), false, "leave"],
    ["Ctrl-Alt-C is no chord of ours", press("c", { ctrlKey: true, altKey: true }), true, "terminal"],
    ["a plain c is typed", press("c"), true, "terminal"],
    ["key up does nothing", press("c", { ctrlKey: true, type: "keyup" }), true, "terminal"],
  ])("[TK1] %s", (_name, key, selected, action) => {
    expect(keyAction(key, selected)).toBe(action);
  });
});
