import { SerializeAddon } from "@xterm/addon-serialize";
import headless from "@xterm/headless";
import fc from "fast-check";
import { afterEach, expect, it } from "vitest";
import { SCROLLBACK_LINES } from "../limits.ts";
import { ScreenMirror } from "./screen-mirror.ts";
import { withoutScrolledPast } from "./scrolled-past.ts";

const size = { cols: 40, rows: 6 };
const ended: (() => void)[] = [];
afterEach(() => {
  for (const end of ended.splice(0)) end();
});

/** What xterm shows after every byte. */
async function shownByXterm(parts: readonly Uint8Array[]): Promise<string> {
  const terminal = new headless.Terminal({ ...size, scrollback: SCROLLBACK_LINES, allowProposedApi: true });
  const serializer = new SerializeAddon();
  terminal.loadAddon(serializer);
  for (const part of parts) await new Promise<void>((resolve) => terminal.write(part, resolve));
  const screen = serializer.serialize({ scrollback: SCROLLBACK_LINES });
  terminal.dispose();
  return screen;
}

async function shownByMirror(parts: readonly Uint8Array[]): Promise<string> {
  const mirror = new ScreenMirror(size);
  ended.push(() => mirror.dispose());
  for (const part of parts) await new Promise<void>((resolve) => mirror.write(part, resolve));
  expect(mirror.pending).toBe(0);
  return mirror.snapshot().screen;
}

const flood = (lines: number, text: (line: number) => string) =>
  Buffer.from(Array.from({ length: lines }, (_, line) => `${text(line)}\r\n`).join(""));

const before = [
  "",
  "prompt$ ",
  "\x1b[31mred \x1b[1m",
  "\x1b[2;4r\x1b[3;1H", // margins: lines leave the screen elsewhere
  "\x1b[2;4r\x1b[6;1H", // below them: nowhere
  "\x1b[2;4r\x1b[r",
  "\x1b[4h", // insert mode
  "\x1b[?7l", // no wrapping
  "\x1b[?1049h", // the other screen
  "\x1b(0",
];
const piece = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom("plain", "ä→✓", "\t", "x".repeat(70), "\x07") },
  {
    weight: 3,
    arbitrary: fc.constantFrom("\x1b[m", "\x1b[0m", "\x1b[32m", "\x1b[1;38;2;1;2;3m", "\x1b[4:3m"),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom("\n", "\r", "\x1b[2A", "\x1b[2J", "\b", "\x1b]0;title\x07", "\x1bM", "\x0e"),
  },
);

it.each(before)("after %j shows what xterm shows that parses every byte", async (start) => {
  const property = fc.asyncProperty(
    fc.array(piece, { maxLength: 6 }),
    fc.array(piece, { maxLength: 4 }),
    async (some, rare) => {
      const text = (line: number) =>
        line === 150 ? `${"long ".repeat(7)}${rare.join("")}` : `${line} ${some.join("")}`;
      const parts = [Buffer.from(start), flood(1_300, text), Buffer.from("and \x1b[35mthen")];
      expect(await shownByMirror(parts)).toBe(await shownByXterm(parts));
    },
  );
  await fc.assert(property, { numRuns: 3, examples: [[["plain"], []]] });
});

it("leaves out what has scrolled past, and keeps the colours that were set there", () => {
  const data = Buffer.concat([
    flood(500, (line) => `\x1b[31mred ${line}\x1b[0m`),
    Buffer.from("\x1b[1m\x1b[34m"),
    flood(20, String),
  ]);
  expect(Buffer.from(withoutScrolledPast(data, 10)).toString()).toBe(
    `\x1b[0m\x1b[1m\x1b[34m${flood(20, String).subarray(-40).toString()}`,
  );
});

it("leaves everything in when it is short, or does more than scroll", () => {
  const short = flood(10, String);
  expect(withoutScrolledPast(short, 10)).toBe(short);
  const moving = Buffer.concat([flood(50, String), Buffer.from("\x1b[2A")]);
  expect(withoutScrolledPast(moving, 10)).toBe(moving);
  const colourful = flood(3_000, (line) => `\x1b[3${line % 8}m`);
  expect(withoutScrolledPast(colourful, 10)).toBe(colourful);
});
