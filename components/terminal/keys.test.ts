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
    { name: "F1 is the page's", key: press("F1"), selected: false, action: "browser" },
    {
      name: "Ctrl-Shift-P is the page's",
      key: press("P", { ctrlKey: true, shiftKey: true }),
      selected: false,
      action: "browser",
    },
    { name: "Alt-2 is the page's", key: press("2", { altKey: true }), selected: false, action: "browser" },
    { name: "Alt-9 is the shell's", key: press("9", { altKey: true }), selected: false, action: "terminal" },
    {
      name: "Ctrl-C with a selection copies",
      key: press("c", { ctrlKey: true }),
      selected: true,
      action: "copy",
    },
    {
      name: "Ctrl-C without one interrupts",
      key: press("c", { ctrlKey: true }),
      selected: false,
      action: "terminal",
    },
    {
      name: "Ctrl-Shift-C copies",
      key: press("C", { ctrlKey: true, shiftKey: true }),
      selected: true,
      action: "copy",
    },
    {
      name: "Command-C with a selection copies",
      key: press("c", { metaKey: true }),
      selected: true,
      action: "copy",
    },
    {
      name: "Ctrl-V is the browser's paste",
      key: press("v", { ctrlKey: true }),
      selected: false,
      action: "browser",
    },
    {
      name: "Ctrl-F stays with the shell",
      key: press("f", { ctrlKey: true }),
      selected: false,
      action: "terminal",
    },
    {
      name: "Ctrl-Shift-F searches",
      key: press("F", { ctrlKey: true, shiftKey: true }),
      selected: false,
      action: "search",
    },
    {
      name: "Ctrl-Shift-Escape leaves",
      key: press("Escape", { ctrlKey: true, shiftKey: true }),
      selected: false,
      action: "leave",
    },
    {
      name: "Ctrl-Alt-C is no chord of ours",
      key: press("c", { ctrlKey: true, altKey: true }),
      selected: true,
      action: "terminal",
    },
    { name: "a plain c is typed", key: press("c"), selected: true, action: "terminal" },
    {
      name: "key up does nothing",
      key: press("c", { ctrlKey: true, type: "keyup" }),
      selected: true,
      action: "terminal",
    },
  ])("[TK1] $name", ({ key, selected, action }) => {
    expect(keyAction(key, selected)).toBe(action);
  });
});
