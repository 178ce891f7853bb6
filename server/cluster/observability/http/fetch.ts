import { request } from "node:http";
import type { Clock } from "../../base/index.ts";
import type { PodNetwork } from "../../network/index.ts";
import { MAX_ANSWER_BYTES } from "./limits.ts";

export interface FetchOptions {
  readonly network: PodNetwork;
  readonly clock: Clock;
  /** Milliseconds for the whole exchange. */
  readonly timeout: number;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

export interface Fetched {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** Asks a server of the practice network. Rejects when it cannot be reached, is too slow or says too much. */
export async function fetchFrom(url: URL, options: FetchOptions): Promise<Fetched> {
  const { network, clock } = options;
  const abort = new AbortController();
  const timer = clock.setTimeout(() => abort.abort(new Error("context deadline exceeded")), options.timeout);
  try {
    const port = Number(url.port || 80);
    const connection = await network.connect({
      host: url.hostname,
      port,
      allowHalfOpen: false,
      signal: abort.signal,
    });
    try {
      return await exchange({ url, options, signal: abort.signal, createConnection: () => connection });
    } finally {
      connection.destroy();
    }
  } finally {
    timer.dispose();
  }
}

interface Exchange {
  readonly url: URL;
  readonly options: FetchOptions;
  readonly signal: AbortSignal;
  readonly createConnection: () => Awaited<ReturnType<PodNetwork["connect"]>>;
}

function exchange({ url, options, signal, createConnection }: Exchange): Promise<Fetched> {
  return new Promise((resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    const headers = { host: url.host, connection: "close", ...options.headers };
    const outgoing = request(
      { createConnection, path: url.pathname + url.search, method: options.method ?? "GET", headers },
      (message) => {
        const chunks: Buffer[] = [];
        let size = 0;
        message.on("data", (chunk: Buffer) => {
          size += chunk.length;
          if (size > MAX_ANSWER_BYTES) reject(new Error("http: response body too large"));
          else chunks.push(chunk);
        });
        message.once("error", reject);
        message.once("end", () =>
          resolve({
            status: message.statusCode ?? 0,
            type: message.headers["content-type"] ?? "",
            body: Buffer.concat(chunks).toString("utf8"),
          }),
        );
      },
    );
    outgoing.once("error", reject);
    outgoing.end(options.body);
  });
}
