/** Bytes that are no HTTP/1 message. `details` are those of Envoy's access log (http1/codec_impl.cc Http1ResponseCodeDetailValues). */
export class CodecError extends Error {
  override readonly name = "CodecError";

  constructor(
    readonly details: string,
    readonly status: 400 | 431 | 501 = 400,
  ) {
    super(details);
  }
}

export const INVALID = "http1.codec_error";
