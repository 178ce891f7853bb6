import type { TerminalOutput } from "./terminal.ts";

// Binary frame: kind (1) · length of terminal name · name · length of epoch · epoch · offset (float64, big endian) · bytes.
// A float64 holds every offset below 2^53 exactly: nine petabytes of output.
const OUTPUT = 1;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

export function encodeOutputFrame(output: TerminalOutput): Uint8Array {
  const terminal = encoder.encode(output.terminal);
  const epoch = encoder.encode(output.epoch);
  const frame = new Uint8Array(1 + 1 + terminal.length + 1 + epoch.length + 8 + output.data.length);
  frame[0] = OUTPUT;
  frame[1] = terminal.length;
  frame.set(terminal, 2);
  let at = 2 + terminal.length;
  frame[at] = epoch.length;
  frame.set(epoch, at + 1);
  at += 1 + epoch.length;
  new DataView(frame.buffer).setFloat64(at, output.offset);
  frame.set(output.data, at + 8);
  return frame;
}

/** Undefined when the frame is not one of ours. The data is a view into the frame, not a copy. */
export function decodeOutputFrame(frame: Uint8Array): TerminalOutput | undefined {
  const nameLength = frame[1] ?? 0;
  const epochAt = 2 + nameLength;
  const epochLength = frame[epochAt] ?? 0;
  const offsetAt = epochAt + 1 + epochLength;
  if (frame[0] !== OUTPUT || frame.length < offsetAt + 8) return undefined;
  return {
    terminal: decoder.decode(frame.subarray(2, epochAt)),
    epoch: decoder.decode(frame.subarray(epochAt + 1, offsetAt)),
    offset: new DataView(frame.buffer, frame.byteOffset).getFloat64(offsetAt),
    data: frame.subarray(offsetAt + 8),
  };
}
