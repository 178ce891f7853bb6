import { constants, type IncomingHttpHeaders, type ServerHttp2Stream } from "node:http2";
import type { HeaderMap } from "../http/headers.ts";
import type { BodySink, DownstreamRequest, DownstreamResponse } from "../http/message.ts";
import { pseudoField, received, toHttp2 } from "./fields.ts";

export function http2Request(
  stream: ServerHttp2Stream,
  pseudo: IncomingHttpHeaders,
  rest: readonly unknown[],
): DownstreamRequest {
  const { headers, end } = received(pseudo, rest);
  const cookies = headers.all("cookie");
  if (cookies.length > 1) headers.set("cookie", cookies.join("; ")); // RFC 9113 §8.2.3
  const host = headers.remove("host");
  let trailers: HeaderMap | undefined;
  stream.on("trailers", (fields: IncomingHttpHeaders, ...more: unknown[]) => {
    trailers = received(fields, more).headers;
  });
  return {
    protocol: "HTTP/2",
    method: pseudoField(pseudo, ":method") || "GET",
    authority: pseudoField(pseudo, ":authority") || host || "",
    path: pseudoField(pseudo, ":path") || "/",
    headers,
    hasBody: !end,
    body: {
      consume(sink: BodySink) {
        if (end) {
          stream.resume(); // an unread stream never closes
          return sink.end(undefined);
        }
        stream.on("data", (chunk: Buffer) => sink.data(chunk));
        // Node tells of trailers one tick after it has read them.
        stream.once("end", () => process.nextTick(() => sink.end(trailers)));
      },
      pause: () => void stream.pause(),
      resume: () => void stream.resume(),
    },
  };
}

export function http2Response(stream: ServerHttp2Stream): DownstreamResponse {
  let trailers: HeaderMap | undefined;
  let done = false;
  let closeListener: ((complete: boolean) => void) | undefined;
  const close = (complete: boolean) => {
    if (done) return;
    done = true;
    closeListener?.(complete);
  };
  stream.on("wantTrailers", () => {
    if (trailers) stream.sendTrailers(toHttp2(trailers, {}));
    else stream.sendTrailers({});
  });
  stream.once("close", () => close(false));
  // Whoever still sends when the whole answer is out is told to stop (RFC 9113 §8.1).
  stream.once("finish", () => {
    if (stream.readableEnded) return;
    stream.resume();
    stream.close(constants.NGHTTP2_NO_ERROR);
  });
  return {
    writeHead(status, headers, end) {
      if (stream.headersSent || stream.destroyed) return;
      stream.respond(toHttp2(headers, { ":status": status }), { endStream: end, waitForTrailers: !end });
      if (end) close(true);
    },
    write: (chunk) => stream.destroyed || stream.write(chunk),
    onDrain: (listener) => stream.once("drain", listener),
    end(fields) {
      trailers = fields;
      if (!stream.destroyed) stream.end();
      close(true);
    },
    reset: () => stream.close(constants.NGHTTP2_INTERNAL_ERROR),
    onClose(listener) {
      closeListener = listener;
    },
  };
}
