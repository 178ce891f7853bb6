const ESC = 0x1b;
const BRACKET = 0x5b;
const CR = 0x0d;
const LF = 0x0a;
/** "m" ends a sequence that sets colours: Select Graphic Rendition, ECMA-48 8.3.117. */
const SGR_END = 0x6d;
/** Colours that are set one upon the other without a reset: more bytes than this are no log's. */
const MOST_COLOURS = 4096;

/** Printable characters, bytes of UTF-8, BEL, TAB, LF and CR: what moves the cursor nowhere but on, down and to the margin. */
const plain = Uint8Array.from({ length: 256 }, (_, byte) =>
  (byte >= 0x20 && byte !== 0x7f) || byte === 0x07 || byte === 0x09 || byte === LF || byte === CR ? 1 : 0,
);

/**
 * The shortest output that leaves a screen as `data` does: the colours that are set, then the last `lines` lines. What
 * came before them has scrolled out of a buffer of that many lines, on a screen without margins.
 * Returns `data` itself when it has fewer lines, or holds any other sequence: then every byte of it counts.
 */
export function withoutScrolledPast(data: Uint8Array, lines: number): Uint8Array {
  const cut = startOfLast(data, lines);
  if (cut <= 0) return data;
  const colours = coloursAt(data, cut);
  if (colours === undefined) return data;
  return Buffer.concat([...colours, data.subarray(cut)]);
}

/** Where the last `lines` line ends begin, right after a CR LF: the cursor is at the left margin there. */
function startOfLast(data: Uint8Array, lines: number): number {
  let at = data.length;
  for (let seen = 0; seen <= lines; seen++) {
    at = data.lastIndexOf(LF, at - 1);
    if (at <= 0) return -1;
  }
  while (at > 0 && data[at - 1] !== CR) at = data.lastIndexOf(LF, at - 1);
  return at + 1;
}

/** The sequences that set the colours at `cut`; undefined when there is more than text and colours anywhere. */
function coloursAt(data: Uint8Array, cut: number): Uint8Array[] | undefined {
  let colours: Uint8Array[] = [];
  let size = 0;
  for (let at = 0; at < data.length; at++) {
    const byte = data[at] ?? 0;
    if (plain[byte] === 1) continue;
    const end = byte === ESC && data[at + 1] === BRACKET ? endOfColours(data, at + 2) : -1;
    if (end < 0) return undefined;
    if (at < cut) {
      if (end === at + 2 || (end === at + 3 && data[at + 2] === 0x30)) {
        colours = [];
        size = 0;
      }
      colours.push(data.subarray(at, end + 1));
      size += end + 1 - at;
      if (size > MOST_COLOURS) return undefined;
    }
    at = end;
  }
  return colours;
}

/** Index of the final "m" after digits, ";" and ":"; -1 when it is another sequence. */
function endOfColours(data: Uint8Array, from: number): number {
  for (let at = from; at < data.length; at++) {
    const byte = data[at] ?? 0;
    if (byte === SGR_END) return at;
    if (byte < 0x30 || byte > 0x3b) return -1;
  }
  return -1;
}
