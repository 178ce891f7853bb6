import { request } from "node:http";
import type { Clock } from "../../../base/index.ts";
import type { Connection, PodNetwork } from "../../../network/index.ts";
import { MAX_SCRAPE_BYTES } from "../limits.ts";
import { type Target, urlOf } from "./targets.ts";

/** The text of a target. Rejects with the reason as Prometheus words it. */
export async function fetchMetrics(
  target: Target,
  deps: { readonly network: PodNetwork; readonly clock: Clock; readonly timeout: number },
): Promise<string> {
  const url = urlOf(target);
  if (target.scheme !== "http")
    throw new Error(`Get "${url}": scheme ${target.scheme} is not supported by the practice cluster`);
  let connection: Connection;
  try {
    connection = await deps.network.connect({
      host: target.address,
      port: target.port,
      allowHalfOpen: false,
    });
  } catch (cause) {
    throw new Error(`Get "${url}": dial tcp ${target.address}:${target.port}: connect: ${reason(cause)}`, {
      cause,
    });
  }
  return new Promise((resolve, reject) => {
    const finish = (error: Error | undefined, text = "") => {
      timer.dispose();
      connection.destroy();
      if (error) reject(error);
      else resolve(text);
    };
    const timer = deps.clock.setTimeout(
      () => finish(new Error(`Get "${url}": context deadline exceeded`)),
      deps.timeout,
    );
    const outgoing = request(
      {
        createConnection: () => connection,
        path: target.path,
        headers: {
          host: `${target.address}:${target.port}`,
          "user-agent": "Prometheus/2.48.0",
          accept: "text/plain;version=0.0.4",
        },
      },
      (message) => {
        const chunks: Buffer[] = [];
        let size = 0;
        message.on("data", (chunk: Buffer) => {
          size += chunk.length;
          if (size > MAX_SCRAPE_BYTES) finish(new Error("body size limit exceeded"));
          else chunks.push(chunk);
        });
        message.once("end", () => {
          const status = message.statusCode ?? 0;
          if (status === 200) finish(undefined, Buffer.concat(chunks).toString("utf8"));
          else
            finish(new Error(`server returned HTTP status ${status} ${message.statusMessage ?? ""}`.trim()));
        });
        message.once("error", (error) => finish(error));
      },
    );
    outgoing.once("error", (error) => finish(new Error(`Get "${url}": ${reason(error)}`)));
    outgoing.end();
  });
}

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "connection refused",
  ECONNRESET: "connection reset by peer",
  EHOSTUNREACH: "no route to host",
  ETIMEDOUT: "i/o timeout",
};

function reason(error: unknown): string {
  const code = error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
  return WORDS[code] ?? (error instanceof Error ? error.message : String(error));
}
