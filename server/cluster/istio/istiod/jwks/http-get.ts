import { Agent, request } from "node:http";
import type { Duplex } from "node:stream";
import { connect as connectTls } from "node:tls";
import type { PodNetwork } from "../../../network/index.ts";
import { JWKS_TIMEOUT_MS, MAX_JWKS_BYTES } from "../limits.ts";

/** The body of a 200 answer, over the pod's network. Rejects with what went wrong. */
export async function httpGet(network: PodNetwork, uri: string): Promise<string> {
  const url = new URL(uri);
  const secure = url.protocol === "https:";
  if (!secure && url.protocol !== "http:") throw new Error(`unsupported protocol scheme "${url.protocol}"`);
  const signal = AbortSignal.timeout(JWKS_TIMEOUT_MS);
  const port = Number(url.port) || (secure ? 443 : 80);
  const raw = await network.connect({ host: url.hostname, port, signal });
  raw.on("error", () => undefined);
  const socket = secure ? connectTls({ socket: raw, servername: url.hostname }) : raw;
  try {
    return await exchange(url, socket, signal);
  } finally {
    raw.destroy();
  }
}

function exchange(url: URL, socket: Duplex, signal: AbortSignal): Promise<string> {
  const agent = new Agent({ keepAlive: false });
  Object.assign(agent, {
    createConnection: (_options: unknown, created: (error: unknown, made?: unknown) => void) =>
      created(null, socket),
  });
  return new Promise((resolve, reject) => {
    const options = {
      agent,
      host: url.hostname,
      path: url.pathname + url.search,
      headers: { host: url.host },
    };
    const outgoing = request({ ...options, signal }, (message) => {
      const chunks: Buffer[] = [];
      let length = 0;
      message.on("data", (chunk: Buffer) => {
        length += chunk.length;
        if (length > MAX_JWKS_BYTES) outgoing.destroy(new Error("the answer is too long"));
        else chunks.push(chunk);
      });
      message.on("error", reject);
      message.on("end", () => {
        if (message.statusCode === 200) resolve(Buffer.concat(chunks).toString("utf8"));
        else reject(new Error(`unsuccessful response from ${url.href}: ${message.statusCode ?? 0}`));
      });
    });
    outgoing.on("error", reject);
    outgoing.end();
  });
}
