export interface KeyPress {
  readonly type: string;
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
  readonly metaKey: boolean;
}

/** "terminal": xterm handles the key. "browser": the browser does (a paste event follows). */
export type KeyAction = "copy" | "browser" | "search" | "leave" | "terminal";

/**
 * Ctrl-C copies when text is selected and interrupts otherwise; Ctrl-V pastes; the usual terminal chords with Shift and
 * the Mac's Command keys work too. Ctrl-Shift-Escape moves the focus out: Tab belongs to the shell.
 */
export function keyAction(press: KeyPress, hasSelection: boolean): KeyAction {
  if (isPageKey(press)) return "browser";
  if (press.type !== "keydown" || press.altKey) return "terminal";
  const command = press.ctrlKey !== press.metaKey;
  if (!command) return "terminal";
  switch (press.key.toLowerCase()) {
    case "c":
      if (hasSelection) return "copy";
      // Ctrl-Shift-C without a selection would open the browser's inspector.
      return press.shiftKey ? "copy" : press.metaKey ? "browser" : "terminal";
    case "v":
      return "browser";
    case "f":
      return press.shiftKey || press.metaKey ? "search" : "terminal";
    case "escape":
      return press.shiftKey ? "leave" : "terminal";
    default:
      return press.metaKey ? "browser" : "terminal";
  }
}

/**
 * The page's own keys, wherever the focus is: all commands, panes and steps. Alt with a digit is a shell's numeric
 * argument, which its users have by Escape and the digit, too.
 */
function isPageKey(press: KeyPress): boolean {
  if (press.key === "F1") return true;
  if (press.ctrlKey && press.shiftKey && press.key.toLowerCase() === "p") return true;
  return press.altKey && !press.ctrlKey && !press.metaKey && /^([0-7]|PageDown|PageUp)$/.test(press.key);
}
