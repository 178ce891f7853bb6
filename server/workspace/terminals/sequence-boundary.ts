const ESC = 0x1b;
/** A sequence longer than this is not waited for: something else is being printed. */
const LONGEST = 4096;

/**
 * How many leading bytes of `data` end outside of an escape sequence and a UTF-8 character. A snapshot taken there can
 * be continued with the bytes that follow; one taken in the middle of "ESC [ 3 1 m" would show the rest as text.
 */
export function completeLength(data: Uint8Array): number {
  const last = lastEscape(data);
  if (last !== undefined && !isComplete(data, last)) return last;
  return data.length - unfinishedCharacter(data);
}

function lastEscape(data: Uint8Array): number | undefined {
  const at = data.lastIndexOf(ESC);
  if (at < 0 || data.length - at > LONGEST) return undefined;
  // "ESC \" ends the OSC or DCS before it: the question is about that one.
  if (data[at + 1] === 0x5c || at + 1 === data.length) {
    const before = data.lastIndexOf(ESC, at - 1);
    if (at > 0 && before >= 0 && isString(data[before + 1]) && data.length - before <= LONGEST) {
      return at + 1 === data.length ? before : undefined;
    }
  }
  return at;
}

/** OSC, DCS, APC, PM, SOS: run until BEL or "ESC \". */
function isString(byte: number | undefined): boolean {
  return byte === 0x5d || byte === 0x50 || byte === 0x5f || byte === 0x5e || byte === 0x58;
}

function isComplete(data: Uint8Array, start: number): boolean {
  const kind = data[start + 1];
  if (kind === undefined) return false;
  if (kind === 0x5b) return data.subarray(start + 2).some((byte) => byte >= 0x40 && byte <= 0x7e);
  if (isString(kind)) return data.indexOf(0x07, start) >= 0;
  // Intermediates (ESC ( B) need one final byte more.
  if (kind >= 0x20 && kind <= 0x2f) return data.length > start + 2;
  return true;
}

function unfinishedCharacter(data: Uint8Array): number {
  for (let back = 1; back <= 3 && back <= data.length; back++) {
    const byte = data[data.length - back] ?? 0;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) {
      const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return back < length ? back : 0;
    }
  }
  return 0;
}
