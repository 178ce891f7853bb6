import type { IncomingMessage, ServerResponse } from "node:http";
import type { ContainerContext, Program, RunningProgram } from "../../container/index.ts";
import { MAX_REQUEST_BYTES } from "../limits.ts";
import { type Handler, serveHttp } from "./server.ts";

/** A request that a program has read as far as it needs to choose what to do. */
export interface WebRequest {
  readonly method: string;
  /** Decoded, without the query. */
  readonly path: string;
  /** Path and query as they were sent. */
  readonly target: string;
  readonly query: URLSearchParams;
  readonly incoming: IncomingMessage;
  /** The whole body; rejects when it is larger than a program takes. */
  body(): Promise<Buffer>;
  header(name: string): string | undefined;
}

export interface WebAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | Uint8Array;
  /** Writes the body itself, bit by bit. Without it `body` is sent at once with its length. */
  stream?(response: ServerResponse): Promise<void>;
}

export interface WebPlan {
  readonly images: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly cmd?: readonly string[];
  readonly hasShell: boolean;
  readonly uid?: number;
  readonly workingDir?: string;
  /** How the process ends at SIGTERM. */
  readonly terminated: number;
  /** Commands that are this program. Absent: the image's own first word. */
  readonly runs?: (executable: string) => boolean;
  /** Milliseconds of CPU that one request would cost the real program. Absent: 1. */
  readonly requestCpuMs?: number;
  /** Variables of the image itself. */
  readonly env?: Readonly<Record<string, string>>;
  start(context: ContainerContext): WebApp;
}

export interface WebApp {
  readonly ports: readonly number[];
  handle(request: WebRequest, context: ContainerContext): WebAnswer | Promise<WebAnswer>;
  /** The access log. */
  answered?(request: WebRequest, answer: WebAnswer, context: ContainerContext): void;
  /** What it says when it is told to end. */
  farewell?(context: ContainerContext): void;
}

/** A program that is an HTTP/1.1 server and nothing else. */
export function webProgram(plan: WebPlan): Program {
  const { start: open, terminated, entrypoint = [], requestCpuMs = 1, ...image } = plan;
  const own = baseName(entrypoint[0] ?? plan.cmd?.[0] ?? "");
  const start = (context: ContainerContext): RunningProgram => {
    const app = counted(open(context), requestCpuMs);
    return serveUntilEnd(context, {
      ports: app.ports,
      handler: handlerOf(app, context),
      terminated,
      farewell: () => app.farewell?.(context),
    });
  };
  return { runs: (executable) => baseName(executable) === own, ...image, entrypoint, start };
}

const baseName = (path: string) => path.slice(path.lastIndexOf("/") + 1);

function counted(app: WebApp, cpuMs: number): WebApp {
  return {
    ...app,
    handle(request, context) {
      context.worked?.(cpuMs);
      return app.handle(request, context);
    },
  };
}

/** Node's way of being called, for what answers in ours. */
export function handlerOf(app: Pick<WebApp, "handle" | "answered">, context: ContainerContext): Handler {
  return (incoming, response) => {
    void respond(app, { incoming, response }, context);
  };
}

export interface Serving {
  readonly ports: readonly number[];
  readonly handler: Handler;
  readonly terminated: number;
  farewell?(): void;
}

/** Listens until SIGTERM, SIGKILL or its own end; open connections end with it. */
export function serveUntilEnd(
  context: ContainerContext,
  { ports, handler, terminated, farewell }: Serving,
): RunningProgram & { end(code: number): void } {
  const servers = ports.map((port) => serveHttp(context.network, port, handler));
  let exit: (code: number) => void = () => undefined;
  const exited = new Promise<number>((resolve) => {
    exit = resolve;
  });
  const end = (code: number) => {
    for (const server of servers) server.dispose();
    exit(code);
  };
  const onTerminate = () => {
    farewell?.();
    end(terminated);
  };
  context.terminate.addEventListener("abort", onTerminate, { once: true });
  return { exited, end, kill: () => end(137) };
}

interface Exchange {
  readonly incoming: IncomingMessage;
  readonly response: ServerResponse;
}

async function respond(
  app: Pick<WebApp, "handle" | "answered">,
  { incoming, response }: Exchange,
  context: ContainerContext,
) {
  const request = webRequest(incoming);
  try {
    const answer = await app.handle(request, context);
    const { status, headers = {}, body = "" } = answer;
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    response.statusCode = status;
    if (answer.stream) await answer.stream(response);
    else {
      const hasBody = status >= 200 && status !== 204 && status !== 304;
      if (hasBody) response.setHeader("content-length", Buffer.byteLength(body));
      response.end(hasBody ? body : undefined);
    }
    incoming.resume();
    app.answered?.(request, answer, context);
  } catch (error) {
    context.stderr(`${error instanceof Error ? error.message : String(error)}\n`);
    response.destroy();
  }
}

function webRequest(incoming: IncomingMessage): WebRequest {
  const target = incoming.url ?? "/";
  const cut = target.indexOf("?");
  const path = cut < 0 ? target : target.slice(0, cut);
  let body: Promise<Buffer> | undefined;
  return {
    method: incoming.method ?? "GET",
    path: decoded(path),
    target,
    query: new URLSearchParams(cut < 0 ? "" : target.slice(cut + 1)),
    incoming,
    body() {
      body ??= readBody(incoming);
      return body;
    },
    header(name) {
      const value = incoming.headers[name.toLowerCase()];
      return Array.isArray(value) ? value.join(", ") : value;
    },
  };
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path; // not encoded as it should be: taken as it came
  }
}

export async function readBody(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > MAX_REQUEST_BYTES) throw new Error("request body too large");
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

/** The peer as a dual-stack server names an IPv4 client. */
export const mappedPeer = ({ incoming }: WebRequest) => `::ffff:${peer(incoming)}`;

export const peerOf = ({ incoming }: WebRequest) => peer(incoming);

function peer({ socket }: IncomingMessage): string {
  // Our sockets are in-memory connections with a remote address of their own.
  const address: unknown = socket.remoteAddress;
  return typeof address === "string" ? address : "";
}

export const json = (
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): WebAnswer => ({
  status,
  headers: { "content-type": "application/json", ...headers },
  body: JSON.stringify(value),
});
