import { describe, expect, it } from "vitest";
import { isTerminalAnswer } from "./terminal-answers.ts";

describe("isTerminalAnswer", () => {
  it.each([
    ["device attributes", "\x1b[?1;2c"],
    ["secondary device attributes", "\x1b[>0;276;0c"],
    ["cursor position", "\x1b[12;40R"],
    ["status", "\x1b[0n"],
    ["mode report", "\x1b[?2004;1$y"],
    ["colour report", "\x1b]11;rgb:0d0d/1111/1717\x1b\\"],
    ["status string", "\x1bP1$r0m\x1b\\"],
    ["two at once", "\x1b[0n\x1b[1;1R"],
  ])("[TA1] recognises %s", (_name, data) => {
    expect(isTerminalAnswer(data)).toBe(true);
  });

  it.each([
    ["a letter", "c"],
    ["a command", "kubectl get pods\r"],
    ["arrow up", "\x1b[A"],
    ["delete", "\x1b[3~"],
    ["a bracketed paste", "\x1b[200~ls\x1b[201~"],
    ["interrupt", "\x03"],
  ])("[TA2] leaves %s alone", (_name, data) => {
    expect(isTerminalAnswer(data)).toBe(false);
  });
});
