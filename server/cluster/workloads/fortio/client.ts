import http from "node:http";
import type { ContainerContext } from "../../container/index.ts";
import { KeptConnection } from "../http/keep-alive.ts";
import type { FortioFlags } from "./flags.ts";
import { Histogram } from "./histogram.ts";

export interface Fetched {
  /** -1: the socket failed. */
  readonly code: number;
  readonly headerBytes: number;
  readonly bytes: number;
  readonly head: string;
  readonly body: Buffer;
}

/** 2xx, and 418 because it is fun (fhttp codeIsOK). */
export const isOk = (code: number) => (code >= 200 && code <= 299) || code === 418;

const FAILED: Fetched = { code: -1, headerBytes: 0, bytes: 0, head: "", body: Buffer.alloc(0) };

/** One of fortio's threads: a connection that is kept as long as answers are good. */
export class FortioClient {
  sockets = 0;
  address = "";
  readonly connects: Histogram;
  private readonly agent: KeptConnection;

  constructor(
    private readonly flags: FortioFlags,
    private readonly context: ContainerContext,
  ) {
    const { url, resolution } = flags;
    this.connects = new Histogram(resolution);
    this.agent = new KeptConnection({
      ...context,
      host: url.hostname,
      port: Number(url.port || 80),
      dialled: ({ address, port, connectMs }) => {
        this.sockets += 1;
        this.address = `${address}:${port}`;
        this.connects.record(Math.round(connectMs * 1e6) / 1e9);
      },
    });
  }

  fetch(): Promise<Fetched> {
    const { url, headers, method, payload, timeoutMs, keepAlive } = this.flags;
    const stop = new AbortController();
    const timer = this.context.clock.setTimeout(() => stop.abort(), timeoutMs);
    return new Promise<Fetched>((resolve) => {
      const request = http.request({
        agent: this.agent,
        method,
        path: `${url.pathname}${url.search}`,
        headers: { host: url.host, ...(keepAlive ? {} : { connection: "close" }), ...headers },
        signal: stop.signal,
      });
      request.on("error", () => resolve(FAILED));
      request.on("response", (response) => {
        const { socket } = response;
        collect(response).then(
          (fetched) => {
            // An answer that is no success costs fortio its connection.
            if (!isOk(fetched.code)) socket.destroy();
            resolve(fetched);
          },
          () => resolve(FAILED),
        );
      });
      request.end(payload || undefined);
    }).finally(() => timer.dispose());
  }

  close(): void {
    this.agent.destroy();
  }
}

async function collect(response: http.IncomingMessage): Promise<Fetched> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(Buffer.from(chunk));
  const body = Buffer.concat(chunks);
  const head = headOf(response);
  const headerBytes = Buffer.byteLength(head);
  return { code: response.statusCode ?? -1, headerBytes, bytes: headerBytes + body.length, head, body };
}

function headOf({ httpVersion, statusCode, statusMessage, rawHeaders }: http.IncomingMessage): string {
  const lines = [`HTTP/${httpVersion} ${statusCode} ${statusMessage}`];
  for (let i = 0; i < rawHeaders.length; i += 2) lines.push(`${rawHeaders[i]}: ${rawHeaders[i + 1]}`);
  return `${lines.join("\r\n")}\r\n\r\n`;
}
