import type { ServerResponse } from "node:http";
import type { Disposable } from "../../base/index.ts";
import type { ApiReply } from "../endpoints/call.ts";
import { WATCH_SOCKET_BYTES } from "../limits.ts";
import { type EncodeOptions, encodeEvent } from "./encode.ts";

/** Streams watch events as lines of JSON until the client leaves, the time is up, or the client reads too slowly. */
export function sendWatch(
  response: ServerResponse,
  reply: ApiReply & { kind: "watch" },
  options: EncodeOptions & { clock: { now(): number } },
): void {
  let first = true;
  let running: Disposable | undefined;
  let ended = false;
  let waiting = "";
  const stop = () => {
    ended = true;
    running?.dispose();
  };
  const write = (text: string) => {
    // Headers go out with the first event or right after start, so that a refusal can still have its own status.
    if (!response.headersSent) waiting += text;
    else response.write(text);
    if (response.writableLength > WATCH_SOCKET_BYTES) {
      stop();
      response.destroy();
    }
  };
  running = reply.start({
    send(events) {
      if (ended) return;
      const now = options.clock.now();
      const text = events
        .map((event) => {
          const line = encodeEvent(event, reply.resource, { ...options, now, first });
          if (event.type !== "BOOKMARK") first = false;
          return line;
        })
        .join("");
      write(text);
    },
    end() {
      ended = true;
      response.end();
    },
  });
  response.on("close", stop);
  response.writeHead(200, { "Content-Type": "application/json", "Cache-Control": "no-cache, private" });
  response.flushHeaders();
  if (waiting) response.write(waiting);
  if (response.destroyed) stop();
}
