import http from "node:http";
import type { Duplex } from "node:stream";
import tls from "node:tls";
import type { ContainerContext } from "../../container/index.ts";
import type { Connection } from "../../network/index.ts";
import { CurlError, curlError, verifyError } from "./errors.ts";
import type { CurlOptions } from "./options.ts";

export interface TransferPlan {
  readonly url: URL;
  readonly method: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Uint8Array | undefined;
  readonly options: CurlOptions;
  readonly container: ContainerContext;
  readonly signal: AbortSignal;
  /** A line of -v, with its mark: `*`, `>`, `<`. */
  trace(line: string): void;
  onResponse(response: http.IncomingMessage): void;
  onData(chunk: Buffer): void;
}

export interface Timings {
  /** Milliseconds since the start of the transfer. */
  nameLookup: number;
  connect: number;
  appConnect: number;
  startTransfer: number;
  total: number;
}

export interface TransferResult {
  readonly response: http.IncomingMessage;
  readonly received: number;
  readonly timings: Timings;
  readonly peer: Pick<Connection, "localAddress" | "localPort" | "remoteAddress" | "remotePort">;
}

/** One request and its whole answer. Rejects with CurlError. */
export async function transfer(plan: TransferPlan): Promise<TransferResult> {
  const { container, options, url } = plan;
  const { clock } = container;
  const startedAt = clock.monotonic();
  const since = () => clock.monotonic() - startedAt;
  const port = Number(url.port || (url.protocol === "https:" ? 443 : 80));
  const host = url.hostname;
  const stop = new AbortController();
  const timings: Timings = { nameLookup: 0, connect: 0, appConnect: 0, startTransfer: 0, total: 0 };
  let phase: "connect" | "tls" | "transfer" = "connect";
  let received = 0;
  const abort = (error: CurlError) => stop.abort(error);
  const timers = [
    timeout(options.maxTime, () =>
      abort(
        phase === "transfer"
          ? new CurlError(
              28,
              `Operation timed out after ${Math.round(since())} milliseconds with ${received} bytes received`,
            )
          : new CurlError(28, `Connection timed out after ${Math.round(since())} milliseconds`),
      ),
    ),
    timeout(options.connectTimeout, () => {
      if (phase !== "transfer")
        abort(
          new CurlError(
            28,
            `Failed to connect to ${host} port ${port} after ${Math.round(since())} ms: Timeout was reached`,
          ),
        );
    }),
  ];
  function timeout(seconds: number | undefined, task: () => void) {
    return seconds ? clock.setTimeout(task, seconds * 1000) : undefined;
  }
  const interrupt = () => stop.abort(new CurlError(130, ""));
  plan.signal.addEventListener("abort", interrupt, { once: true });
  try {
    const connection = await connectTo(plan, { host, port, signal: stop.signal });
    timings.nameLookup = timings.connect = since();
    stop.signal.addEventListener("abort", () => connection.destroy(), { once: true });
    plan.trace(`* Connected to ${host} (${connection.remoteAddress}) port ${port}`);
    let socket: Duplex = connection;
    if (url.protocol === "https:") {
      phase = "tls";
      socket = await secure(plan, connection, stop.signal);
      timings.appConnect = since();
    }
    phase = "transfer";
    const response = await exchange(plan, socket, {
      signal: stop.signal,
      onResponse: () => {
        timings.startTransfer = since();
      },
      onData: (chunk) => {
        received += chunk.length;
      },
    });
    timings.total = since();
    plan.trace(`* Connection #0 to host ${host} left intact`);
    connection.destroy();
    return { response, received, timings, peer: connection };
  } catch (error) {
    if (stop.signal.reason instanceof CurlError) throw stop.signal.reason;
    throw curlError(error, { host, port, startedAt, now: clock.monotonic(), phase, received });
  } finally {
    plan.signal.removeEventListener("abort", interrupt);
    for (const timer of timers) timer?.dispose();
  }
}

async function connectTo(
  { container, options, trace }: TransferPlan,
  target: { host: string; port: number; signal: AbortSignal },
): Promise<Connection> {
  const { host, port, signal } = target;
  const override = options.resolve
    .map((entry) => /^\+?([^:]+):(\d+):(.+)$/.exec(entry))
    .find((entry) => (entry?.[1] === host || entry?.[1] === "*") && Number(entry[2]) === port);
  const addresses = override ? [override[3] ?? ""] : await container.network.resolve(host);
  trace(
    override
      ? `* Added ${host}:${port}:${addresses[0]} to DNS cache`
      : `* Host ${host}:${port} was resolved.`,
  );
  trace("* IPv6: (none)");
  trace(`* IPv4: ${addresses.join(", ")}`);
  let failure: unknown;
  for (const address of addresses) {
    trace(`*   Trying ${address}:${port}...`);
    try {
      // A name goes down as a name only for its address; the network redirects and balances by address.
      return await container.network.connect({ host: address, port, allowHalfOpen: false, signal });
    } catch (error) {
      failure = error;
      trace(
        `* connect to ${address} port ${port} failed: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
  throw failure;
}

function secure(plan: TransferPlan, connection: Connection, signal: AbortSignal): Promise<tls.TLSSocket> {
  const { options, container, url, trace } = plan;
  const file = (path: string | undefined, missing: CurlError) => {
    if (path === undefined) return undefined;
    const content = container.files.read(path);
    if (!content) throw missing;
    return Buffer.from(content);
  };
  const { caFile, certFile, keyFile } = options;
  const ca = file(
    caFile,
    new CurlError(77, `error setting certificate verify locations:  CAfile: ${caFile}`),
  );
  const cert = file(certFile, new CurlError(58, `could not load PEM client certificate from ${certFile}`));
  const key = file(
    keyFile ?? certFile,
    new CurlError(58, `unable to set private key file: '${keyFile}' type PEM`),
  );
  const isAddress = /^[\d.]+$/.test(url.hostname);
  return new Promise((resolve, reject) => {
    const socket = tls.connect({
      socket: connection,
      ...(isAddress ? {} : { servername: url.hostname }),
      ALPNProtocols: ["http/1.1"],
      rejectUnauthorized: false,
      ...(ca ? { ca } : {}),
      ...(cert && key ? { cert, key } : {}),
      checkServerIdentity: (_name, certificate) => tls.checkServerIdentity(url.hostname, certificate),
    });
    signal.addEventListener("abort", () => socket.destroy(), { once: true });
    socket.once("error", reject);
    socket.once("close", () =>
      reject(Object.assign(new Error("disconnected before secure connection"), { code: "ECONNRESET" })),
    );
    socket.once("secureConnect", () => {
      trace(`* SSL connection using ${socket.getProtocol()} / ${socket.getCipher().name}`);
      const failure = options.insecure || socket.authorized ? undefined : verifyCode(socket);
      if (failure === undefined) resolve(socket);
      else {
        reject(verifyError(failure, url.hostname));
        socket.destroy();
      }
    });
  });
}

/** Node gives an error object or its bare code. */
function verifyCode(socket: tls.TLSSocket): string {
  const error: unknown = socket.authorizationError;
  return typeof error === "object" && error !== null && "code" in error ? String(error.code) : String(error);
}

interface Watch {
  readonly signal: AbortSignal;
  onResponse(): void;
  onData(chunk: Buffer): void;
}

function exchange(plan: TransferPlan, socket: Duplex, watch: Watch): Promise<http.IncomingMessage> {
  const { url, method, headers, body, trace } = plan;
  const path = `${url.pathname}${url.search}`;
  return new Promise((resolve, reject) => {
    const request = http.request({
      createConnection: () => socket,
      method,
      path,
      headers: byName(headers),
      setHost: false,
      signal: watch.signal,
    });
    request.removeHeader("connection");
    trace(`> ${method} ${path} HTTP/1.1`);
    for (const [name, value] of headers) trace(`> ${name}: ${value}`);
    trace("> ");
    request.on("error", reject);
    request.on("response", (response) => {
      watch.onResponse();
      for (const line of headLines(response)) trace(`< ${line}`);
      plan.onResponse(response);
      response.on("data", (chunk: Buffer) => {
        watch.onData(chunk);
        plan.onData(chunk);
      });
      response.on("error", reject).on("end", () => resolve(response));
    });
    if (body) request.end(body);
    else request.end();
  });
}

/** Order and spelling are kept; a repeated name becomes a list. */
function byName(headers: readonly (readonly [string, string])[]): Record<string, string[]> {
  const result: Record<string, string[]> = {};
  for (const [name, value] of headers) result[name] = [...(result[name] ?? []), value];
  return result;
}

/** Status line and headers as they came, and the empty line after them. */
export function headLines({
  httpVersion,
  statusCode,
  statusMessage,
  rawHeaders,
}: http.IncomingMessage): string[] {
  const lines = [`HTTP/${httpVersion} ${statusCode} ${statusMessage}`];
  for (let i = 0; i < rawHeaders.length; i += 2) lines.push(`${rawHeaders[i]}: ${rawHeaders[i + 1]}`);
  return [...lines, ""];
}
