// The practice cluster's own process, and the plainest client of its API.
import type { ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { Agent, request } from "node:https";
import path from "node:path";
import { text } from "node:stream/consumers";
import { built, jsonWith, lineOf, start, temporaryFolder } from "./processes.ts";

export interface StartedCluster {
  readonly child: ChildProcess;
  readonly kubeconfig: string;
  readonly folder: string;
}

export async function startCluster(options: readonly string[] = []): Promise<StartedCluster> {
  const folder = temporaryFolder();
  const kubeconfig = path.join(folder, "kubeconfig");
  const where = ["--kubeconfig-out", kubeconfig, "--state-dir", path.join(folder, "state")];
  const child = start([process.execPath, built("cluster.mjs"), ...where, ...options]);
  await lineOf(child, jsonWith("ready"));
  return { child, kubeconfig, folder };
}

export interface ApiRequest {
  readonly method?: string;
  readonly path: string;
  readonly body?: object;
  readonly contentType?: string;
}

/** Connections stay open, as kubectl's and a controller's do. */
export class ApiClient {
  private readonly agent: Agent;

  constructor(
    private readonly origin: string,
    private readonly options: { readonly ca: string | Buffer; readonly token?: string },
  ) {
    this.agent = new Agent({ keepAlive: true, ca: options.ca, maxSockets: 2_000 });
  }

  /** The kubeconfig that the practice cluster writes: one cluster, one user with a token. */
  static of(kubeconfig: string): ApiClient {
    const file = readFileSync(kubeconfig, "utf8");
    const field = (name: string) => new RegExp(`"?${name}"?:\\s*"?([^"\\s,]+)`).exec(file)?.[1] ?? "";
    const ca = Buffer.from(field("certificate-authority-data"), "base64");
    return new ApiClient(field("server"), { ca, token: field("token") });
  }

  open({ method = "GET", path: pathname, body, contentType }: ApiRequest): Promise<IncomingMessage> {
    const { token } = this.options;
    const headers = {
      Accept: "application/json",
      ...(token && { Authorization: `Bearer ${token}` }),
      ...(body && { "Content-Type": contentType ?? "application/json" }),
    };
    return new Promise((resolve, reject) => {
      request(new URL(pathname, this.origin), { method, headers, agent: this.agent }, resolve)
        .once("error", reject)
        .end(body && JSON.stringify(body));
    });
  }

  /** The whole answer; anything but success is an error. */
  async ask(what: ApiRequest): Promise<string> {
    const message = await this.open(what);
    const answer = await text(message);
    if ((message.statusCode ?? 500) >= 300)
      throw new Error(`${what.path}: ${message.statusCode} ${answer.slice(0, 300)}`);
    return answer;
  }

  /** Receives an answer without looking at it; resolves with its size. */
  async drain(what: ApiRequest): Promise<number> {
    let size = 0;
    for await (const chunk of await this.open(what)) size += Buffer.byteLength(chunk);
    return size;
  }

  close(): void {
    this.agent.destroy();
  }
}
