import { expect, it } from "vitest";
import { decodeOutputFrame, encodeOutputFrame } from "./host-frames.ts";

it("an output frame comes back as it went in, at offsets beyond 32 bits", () => {
  const output = { terminal: "main", epoch: "e1", offset: 2 ** 40 + 5, data: Uint8Array.of(0, 255, 27, 91) };
  const frame = decodeOutputFrame(encodeOutputFrame(output));
  expect(frame && { ...frame, data: [...frame.data] }).toEqual({ ...output, data: [0, 255, 27, 91] });
});

it("a cut or foreign frame is refused, not guessed", () => {
  const frame = encodeOutputFrame({ terminal: "main", epoch: "e1", offset: 1, data: Uint8Array.of() });
  expect(decodeOutputFrame(frame.subarray(0, frame.length - 1))).toBeUndefined();
  expect(decodeOutputFrame(Uint8Array.of(9, ...frame.subarray(1)))).toBeUndefined();
  expect(decodeOutputFrame(new Uint8Array())).toBeUndefined();
});
