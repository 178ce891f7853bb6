import { describe, expect, it } from "vitest";
import { pasteInput, pasteQuestion, runInput } from "./paste.ts";

const heredoc = "kubectl apply -f - <<EOF\nkind: PeerAuthentication\nEOF\n";

describe("pasteQuestion", () => {
  it("[TP1] one line is not asked about, with or without its line end", () => {
    expect([pasteQuestion("ls"), pasteQuestion("ls\n"), pasteQuestion("ls\r\n")]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it("[TP2] several lines are counted and shown", () => {
    expect(pasteQuestion("a\r\nb\nc\n")).toEqual({ lines: 3, preview: "a\nb\nc", more: 0 });
  });

  it("[TP3] a long one is shown in part", () => {
    const text = Array.from({ length: 13 }, (_, index) => `${index}`).join("\n");
    const question = pasteQuestion(text);
    expect([question?.preview.split("\n").at(-1), question?.more]).toEqual(["11", 1]);
  });
});

describe("pasteInput", () => {
  it("[TP4] cannot be ended from inside", () => {
    expect(pasteInput("a\x1b[201~rm -rf ~", true)).toBe("\x1b[200~arm -rf ~\x1b[201~");
  });
});

describe("runInput", () => {
  it("[TP5] at a prompt a heredoc goes in whole, after the half-typed line is cleared", () => {
    expect(runInput(heredoc, true)).toBe(
      "\x05\x15\x1b[200~kubectl apply -f - <<EOF\rkind: PeerAuthentication\rEOF\x1b[201~\r",
    );
  });

  it("[TP6] without bracketed paste it is typed line by line", () => {
    expect(runInput(heredoc, false)).toBe("kubectl apply -f - <<EOF\rkind: PeerAuthentication\rEOF\r");
  });
});
