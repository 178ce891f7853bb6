import { HISTORY_LINES } from "../limits.ts";

/** What a key press asks of the shell. */
export type EditorEvent =
  | { readonly kind: "line"; readonly text: string }
  | { readonly kind: "interrupt" }
  | { readonly kind: "end" };

/**
 * A line editor on a terminal in raw mode: echo, backspace, arrows, history, Ctrl-A/C/D/E/K/L/U/W.
 * Feeds on input, returns events, writes the echo. One column per character; long lines are the terminal's to wrap.
 */
export class LineEditor {
  private text = "";
  private cursor = 0;
  private readonly history: string[] = [];
  private at = 0;
  private escape = "";

  constructor(
    private readonly write: (text: string) => void,
    private readonly prompt: () => string,
  ) {}

  start(): void {
    this.text = "";
    this.cursor = 0;
    this.at = this.history.length;
    this.write(this.prompt());
  }

  /** Takes input up to the first event; what follows it is the caller's to feed once there is a prompt again. */
  feed(input: string): { readonly event?: EditorEvent; readonly rest: string } {
    const characters = [...input];
    for (const [index, character] of characters.entries()) {
      const event = this.key(character);
      if (event) return { event, rest: characters.slice(index + 1).join("") };
    }
    return { rest: "" };
  }

  private key(character: string): EditorEvent | undefined {
    if (this.escape) {
      this.sequence(character);
      return undefined;
    }
    switch (character) {
      case "\r":
      case "\n":
        return this.enter();
      case "\x03":
        this.write("^C\n");
        this.text = "";
        return { kind: "interrupt" };
      case "\x04":
        return this.text === "" ? { kind: "end" } : undefined;
      case "\x7f":
      case "\b":
        if (this.cursor > 0) this.replace(this.cursor - 1, this.cursor, "");
        return undefined;
      case "\x01":
        this.move(0);
        return undefined;
      case "\x05":
        this.move(this.text.length);
        return undefined;
      case "\x0b":
        this.replace(this.cursor, this.text.length, "");
        return undefined;
      case "\x15":
        this.replace(0, this.cursor, "");
        return undefined;
      case "\x17":
        this.replace(this.text.slice(0, this.cursor).replace(/\S*\s*$/, "").length, this.cursor, "");
        return undefined;
      case "\x0c":
        this.write(`\x1b[H\x1b[2J${this.prompt()}${this.text}`);
        this.back(this.text.length - this.cursor);
        return undefined;
      case "\x1b":
        this.escape = character;
        return undefined;
      default:
        if (character >= " ") this.replace(this.cursor, this.cursor, character);
        return undefined;
    }
  }

  private enter(): EditorEvent {
    const { text } = this;
    this.write("\n");
    if (text.trim() && this.history.at(-1) !== text) this.history.push(text);
    if (this.history.length > HISTORY_LINES) this.history.shift();
    return { kind: "line", text };
  }

  private sequence(character: string): void {
    this.escape += character;
    if (this.escape.length === 2 && (character === "[" || character === "O")) return;
    if (/[0-9;]/.test(character)) return;
    const key = this.escape.slice(2);
    this.escape = "";
    if (key === "A") this.recall(this.at - 1);
    else if (key === "B") this.recall(this.at + 1);
    else if (key === "C") this.move(Math.min(this.text.length, this.cursor + 1));
    else if (key === "D") this.move(Math.max(0, this.cursor - 1));
    else if (key === "H") this.move(0);
    else if (key === "F") this.move(this.text.length);
    else if (key === "3~" && this.cursor < this.text.length) this.replace(this.cursor, this.cursor + 1, "");
  }

  private recall(index: number): void {
    if (index < 0 || index > this.history.length) return;
    this.at = index;
    this.replace(0, this.text.length, this.history[index] ?? "");
  }

  private move(to: number): void {
    if (to < this.cursor) this.back(this.cursor - to);
    else this.write(this.text.slice(this.cursor, to));
    this.cursor = to;
  }

  /** Replaces a range and redraws from there to the end of the line. */
  private replace(from: number, to: number, insert: string): void {
    this.move(from);
    const tail = this.text.slice(to);
    this.text = this.text.slice(0, from) + insert + tail;
    // Typing at the end needs no erasing.
    this.write(to > from ? `${insert}${tail}\x1b[K` : `${insert}${tail}`);
    this.cursor = from + insert.length;
    this.back(tail.length);
  }

  private back(columns: number): void {
    if (columns > 0) this.write(`\x1b[${columns}D`);
  }
}
