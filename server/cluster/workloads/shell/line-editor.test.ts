import { describe, expect, it } from "vitest";
import { LineEditor } from "./line-editor.ts";

function editor() {
  let screen = "";
  const line = new LineEditor(
    (text) => {
      screen += text;
    },
    () => "/ $ ",
  );
  line.start();
  return { line, screen: () => screen };
}

describe("the line editor", () => {
  it("echoes what is typed after the prompt and returns the line on Enter", () => {
    const { line, screen } = editor();
    expect(line.feed("ls\rrest")).toEqual({ event: { kind: "line", text: "ls" }, rest: "rest" });
    expect(screen()).toBe("/ $ ls\n");
  });

  it("edits within the line: arrows, backspace, Ctrl-A, Ctrl-W", () => {
    const { line } = editor();
    expect(line.feed("echo ac\x1b[Db\x01\x1b[Cx\x7f\r").event).toEqual({ kind: "line", text: "echo abc" });
    expect(line.feed("")).toEqual({ rest: "" });
    line.start();
    expect(line.feed("curl one two\x17three\n").event).toEqual({ kind: "line", text: "curl one three" });
  });

  it("recalls earlier lines with the up arrow", () => {
    const { line } = editor();
    line.feed("first\r");
    line.start();
    line.feed("second\r");
    line.start();
    expect(line.feed("\x1b[A\x1b[A\r").event).toEqual({ kind: "line", text: "first" });
  });

  it("drops the line on Ctrl-C and ends on Ctrl-D only when empty", () => {
    const { line } = editor();
    expect(line.feed("half\x03").event).toEqual({ kind: "interrupt" });
    line.start();
    expect(line.feed("x\x04")).toEqual({ rest: "" });
    expect(line.feed("\x7f\x04").event).toEqual({ kind: "end" });
  });
});
