/** What the learner is asked before a paste of several lines reaches the shell; undefined: nothing to ask. */
export interface PasteQuestion {
  readonly lines: number;
  /** The first of them. */
  readonly preview: string;
  /** Lines beyond those. */
  readonly more: number;
}

const previewLines = 12;

export function pasteQuestion(text: string): PasteQuestion | undefined {
  const lines = text.replace(/\r\n?/g, "\n").replace(/\n+$/, "").split("\n");
  if (lines.length < 2) return undefined;
  return {
    lines: lines.length,
    preview: lines.slice(0, previewLines).join("\n"),
    more: Math.max(0, lines.length - previewLines),
  };
}

const pasteStart = "\x1b[200~";
const pasteEnd = "\x1b[201~";

/** A bracketed paste must not contain its own end, or the rest would be typed as keys. */
const withoutMarks = (text: string) => text.replaceAll(pasteStart, "").replaceAll(pasteEnd, "");

/** Text as a paste sends it: one block where the shell understands it, else line by line. */
export function pasteInput(text: string, bracketed: boolean): string {
  const typed = withoutMarks(text).replace(/\r?\n/g, "\r");
  return bracketed ? `${pasteStart}${typed}${pasteEnd}` : typed;
}

/**
 * Input that runs a lab's command. With bracketed paste the shell's line editor is at a prompt: what was half typed is
 * cleared first (end of line, kill line), and a heredoc goes in whole. Without it, lines are typed as they stand.
 */
export function runInput(command: string, bracketed: boolean): string {
  const text = command.replace(/\s+$/, "");
  return bracketed ? `\x05\x15${pasteInput(text, true)}\r` : `${pasteInput(text, false)}\r`;
}
