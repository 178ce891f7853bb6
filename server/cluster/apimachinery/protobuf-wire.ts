/** One field of a protobuf message: fixed-size numbers come as bytes. */
export interface WireField {
  readonly number: number;
  readonly value: number | Buffer;
}

/** Bytes that are no protobuf message. */
export class MalformedMessage extends Error {
  override readonly name = "MalformedMessage";
}

/** The fields of a message in their order (protobuf.dev, encoding). Throws MalformedMessage. */
export function* wireFields(bytes: Buffer): Generator<WireField> {
  let offset = 0;
  const varint = (): number => {
    let result = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes[offset++];
      if (byte === undefined) throw new MalformedMessage("unexpected end");
      result |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return Number(BigInt.asIntN(64, result));
    }
    throw new MalformedMessage("a number is too long");
  };
  const take = (length: number): Buffer => {
    if (length < 0 || offset + length > bytes.length) throw new MalformedMessage("unexpected end");
    offset += length;
    return bytes.subarray(offset - length, offset);
  };
  while (offset < bytes.length) {
    const tag = varint();
    const number = Math.floor(tag / 8);
    switch (tag & 7) {
      case 0:
        yield { number, value: varint() };
        break;
      case 1:
        yield { number, value: take(8) };
        break;
      case 2:
        yield { number, value: take(varint()) };
        break;
      case 5:
        yield { number, value: take(4) };
        break;
      default:
        throw new MalformedMessage("an unknown wire type");
    }
  }
}
