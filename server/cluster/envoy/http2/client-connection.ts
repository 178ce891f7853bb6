import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  constants,
  type IncomingHttpHeaders,
} from "node:http2";
import type { HeaderMap } from "../http/headers.ts";
import { upstreamReset } from "../http/local-reply.ts";
import type { Cancel, UpstreamListener, UpstreamRequest } from "../http/upstream.ts";
import type { UpstreamSocket } from "../upstream/dial.ts";
import { received, toHttp2 } from "./fields.ts";

/** One HTTP/2 connection to an endpoint, for many requests at a time. */
export class Http2ClientConnection {
  served = 0;
  active = 0;
  private readonly session: ClientHttp2Session;
  private gone = false;

  constructor(
    readonly facts: UpstreamSocket,
    private readonly owner: { closed(): void; idle(): void },
  ) {
    this.session = connect("http://upstream", { createConnection: () => facts.socket });
    this.session.on("error", ignore);
    this.session.once("goaway", () => this.retire());
    this.session.once("close", () => {
      this.gone = true;
      owner.closed();
    });
  }

  get usable(): boolean {
    return !this.gone && !this.session.closed && !this.session.destroyed;
  }

  /** Streams the peer allows beyond those that run. */
  get room(): number {
    return (this.session.remoteSettings.maxConcurrentStreams ?? 100) - this.active;
  }

  start(request: UpstreamRequest, listener: UpstreamListener): Cancel {
    const { head, hasBody } = request;
    this.served += 1;
    this.active += 1;
    const stream = this.session.request(
      toHttp2(head.headers, {
        ":method": head.method,
        ":scheme": head.scheme,
        ":authority": head.authority,
        ":path": head.path,
      }),
      { endStream: !hasBody, waitForTrailers: hasBody },
    );
    return this.follow(stream, listener);
  }

  destroy(): void {
    this.session.destroy();
  }

  /** No new requests; those under way finish. */
  retire(): void {
    this.gone = true;
    this.session.close();
  }

  private follow(stream: ClientHttp2Stream, listener: UpstreamListener): Cancel {
    let over = false;
    let answered = false;
    let trailersIn: HeaderMap | undefined;
    let trailersOut: HeaderMap | undefined;
    const finish = (tell: () => void) => {
      if (over) return;
      over = true;
      tell();
    };
    stream.on("response", (fields: IncomingHttpHeaders, ...rest: unknown[]) => {
      if (over) return;
      const { headers, end } = received(fields, rest);
      answered = true;
      const status = Number(fields[":status"] ?? 0);
      if (end)
        finish(() => {
          listener.head(status, headers, true);
          listener.end(undefined);
        });
      else {
        listener.head(status, headers, false);
        // Not before: Node hands on data at once, but tells of a head one tick later.
        stream.on("data", (chunk: Buffer) => {
          if (!over) listener.data(chunk);
        });
      }
    });
    stream.on("trailers", (fields: IncomingHttpHeaders, ...rest: unknown[]) => {
      trailersIn = received(fields, rest).headers;
    });
    stream.on("wantTrailers", () => {
      if (trailersOut) stream.sendTrailers(toHttp2(trailersOut, {}));
      else stream.sendTrailers({});
    });
    stream.on("end", () => {
      if (answered && stream.rstCode === constants.NGHTTP2_NO_ERROR)
        process.nextTick(() => finish(() => listener.end(trailersIn)));
    });
    stream.on("error", ignore);
    stream.once("close", () => {
      this.active -= 1;
      // After the end, which is told a tick late.
      process.nextTick(() => finish(() => listener.failed(resetReply(stream, this.usable), true)));
      this.owner.idle();
    });
    listener.ready(
      {
        write: (chunk) => stream.destroyed || stream.write(chunk),
        onDrain: (drained) => void stream.once("drain", drained),
        end(fields) {
          trailersOut = fields;
          if (!stream.destroyed && !stream.writableEnded) stream.end();
        },
        pause: () => void stream.pause(),
        resume: () => void stream.resume(),
      },
      this.facts,
    );
    return () => {
      if (over) return;
      over = true;
      stream.close(constants.NGHTTP2_CANCEL);
    };
  }
}

/** A stream that was reset by the peer, or lost with its connection. */
function resetReply(stream: ClientHttp2Stream, connectionStands: boolean) {
  if (!connectionStands) return upstreamReset("connection termination", "");
  const refused = stream.rstCode === constants.NGHTTP2_REFUSED_STREAM;
  return { ...upstreamReset(refused ? "remote refused stream reset" : "remote reset", ""), flag: "UR" };
}

const ignore = () => undefined;
