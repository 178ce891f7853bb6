import { request } from "node:http";
import type { ContainerContext } from "../../container/index.ts";
import type { Connection } from "../../network/index.ts";
import { PROXY_UID } from "../upstream/dial.ts";
import { APP_METRICS_BYTES } from "./limits.ts";

export interface LocalTarget {
  readonly port: number;
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeout: number;
  /** 127.0.0.1 for the proxy's own ports; the application is asked at the pod's address. */
  readonly host?: string;
  readonly connectOnly?: boolean;
}

/** One request to a process of this pod. Undefined: it could not be reached, or was too slow. */
export async function localRequest(
  context: ContainerContext,
  target: LocalTarget,
): Promise<{ readonly status: number; readonly body: string } | undefined> {
  const host = target.host ?? context.pod.ip;
  const source = host === "127.0.0.1" ? {} : { localAddress: "127.0.0.6" };
  let connection: Connection;
  try {
    connection = await context.network.connect({
      host,
      port: target.port,
      uid: PROXY_UID,
      allowHalfOpen: false,
      ...source,
    });
  } catch {
    return undefined; // refused or unreachable: the caller only needs to know that
  }
  if (target.connectOnly) {
    connection.destroy();
    return { status: 200, body: "" };
  }
  return new Promise((resolve) => {
    const finish = (result: { status: number; body: string } | undefined) => {
      timer.dispose();
      connection.destroy();
      resolve(result);
    };
    const timer = context.clock.setTimeout(() => finish(undefined), target.timeout);
    const outgoing = request(
      {
        createConnection: () => connection,
        method: target.method ?? "GET",
        path: target.path ?? "/",
        headers: { host: `${host}:${target.port}`, ...target.headers },
      },
      (message) => {
        const chunks: Buffer[] = [];
        let size = 0;
        message.on("data", (chunk: Buffer) => {
          size += chunk.length;
          if (size > APP_METRICS_BYTES) finish(undefined);
          else chunks.push(chunk);
        });
        message.once("end", () =>
          finish({ status: message.statusCode ?? 0, body: Buffer.concat(chunks).toString("utf8") }),
        );
        message.once("error", () => finish(undefined));
      },
    );
    outgoing.once("error", () => finish(undefined));
    outgoing.end();
  });
}
