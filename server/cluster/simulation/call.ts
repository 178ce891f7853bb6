import { Agent, request as httpRequest } from "node:http";
import { connect as tlsConnect } from "node:tls";
import type { Connection } from "../network/index.ts";
import type { SimulatedMesh } from "./mesh.ts";
import type { Seen } from "./workload.ts";

/** One request as a learner would make it with curl from a pod. */
export interface Call {
  /** Pod that asks; `shopper-v1` when absent. */
  readonly from?: string;
  /** `http://host[:port]/path`, `https://…` (TLS ends at the peer, whose certificate is not checked), or `tcp://host:port`. */
  readonly to: string;
  /** Connects to this host instead, as `curl --connect-to`; the URL's host stays Host header and SNI. */
  readonly via?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** A certificate of the client's own, as `curl --cert`. */
  readonly certificate?: { readonly cert: string; readonly key: string };
}

export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  /** What the application saw, when one was reached. */
  readonly seen?: Seen;
  /** Name in the certificate that the server showed. */
  readonly subject?: string;
}

/** Why there was no answer: an error code of the socket, such as ECONNRESET. */
export interface Failure {
  readonly failure: string;
}

export async function ask(mesh: SimulatedMesh, call: Call): Promise<Answer | Failure> {
  const url = new URL(call.to);
  const pod = mesh.pod(call.from ?? "shopper-v1");
  const ports = { "http:": 80, "https:": 443, "tcp:": 0 } as const;
  const scheme = url.protocol === "https:" || url.protocol === "tcp:" ? url.protocol : "http:";
  const port = url.port ? Number(url.port) : ports[scheme];
  try {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const socket = await pod.connect({ host: call.via ?? url.hostname, port, signal });
    signal.addEventListener("abort", () => socket.destroy(new Error("no answer in time")), { once: true });
    if (scheme === "tcp:") return await exchangeBytes(socket, call.body ?? "hello");
    if (scheme === "http:") return await exchangeHttp(call, url, socket);
    return await exchangeTls(call, url, socket);
  } catch (error) {
    return { failure: codeOf(error) };
  }
}

/** Nothing in these tables takes longer than a deliberate timeout; whoever hangs has failed. */
const PATIENCE_MS = 20_000;

function exchangeBytes(socket: Connection, text: string): Promise<Answer | Failure> {
  return new Promise((resolve) => {
    socket.once("data", (bytes: Buffer) => {
      socket.destroy();
      resolve({ status: 0, body: bytes.toString(), headers: {} });
    });
    socket.once("error", (error) => resolve({ failure: codeOf(error) }));
    for (const event of ["end", "close"]) socket.once(event, () => resolve({ failure: "closed" }));
    socket.write(text);
  });
}

function exchangeTls(call: Call, url: URL, socket: Connection): Promise<Answer | Failure> {
  return new Promise((resolve) => {
    const secure = tlsConnect({
      socket,
      servername: url.hostname,
      rejectUnauthorized: false,
      ALPNProtocols: ["http/1.1"],
      ...call.certificate,
    });
    secure.once("error", (error) => resolve({ failure: codeOf(error) }));
    secure.once("close", () => resolve({ failure: "closed" }));
    secure.once("secureConnect", () => {
      const { subject, subjectaltname } = secure.getPeerCertificate();
      const name = subject?.CN ?? subjectaltname;
      const told = (answer: Answer | Failure) =>
        "failure" in answer || name === undefined ? answer : { ...answer, subject: String(name) };
      resolve(exchangeHttp(call, url, secure).then(told));
    });
  });
}

function exchangeHttp(call: Call, url: URL, socket: import("node:stream").Duplex): Promise<Answer | Failure> {
  const agent = new Agent({ keepAlive: false });
  Object.assign(agent, {
    createConnection: (_options: unknown, created: (error: unknown, made?: unknown) => void) =>
      created(null, socket),
  });
  return new Promise((resolve) => {
    const outgoing = httpRequest(
      {
        agent,
        host: url.hostname,
        path: url.pathname + url.search,
        method: call.method ?? "GET",
        headers: { host: url.host, ...call.headers },
        timeout: PATIENCE_MS,
      },
      (message) => {
        const chunks: Buffer[] = [];
        message.on("data", (chunk: Buffer) => chunks.push(chunk));
        message.on("error", (error) => resolve({ failure: codeOf(error) }));
        message.on("end", () => {
          const body = Buffer.concat(chunks).toString("utf8");
          const seen = message.headers["x-app"] ? seenIn(body) : undefined;
          const headers = Object.fromEntries(
            Object.entries(message.headers).map(([name, value]) => [name, String(value)]),
          );
          resolve({ status: message.statusCode ?? 0, body, headers, ...(seen ? { seen } : {}) });
        });
      },
    );
    outgoing.on("timeout", () => outgoing.destroy(new Error("no answer in time")));
    outgoing.on("error", (error) => resolve({ failure: codeOf(error) }));
    outgoing.end(call.body);
  });
}

function seenIn(body: string): Seen | undefined {
  const parsed: unknown = JSON.parse(body);
  return isSeen(parsed) ? parsed : undefined;
}

function isSeen(value: unknown): value is Seen {
  return typeof value === "object" && value !== null && "pod" in value && "headers" in value;
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return "code" in error && typeof error.code === "string" ? error.code : error.message;
}
