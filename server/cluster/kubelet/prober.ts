import http from "node:http";
import https from "node:https";
import { Writable } from "node:stream";
import tls from "node:tls";
import type { Clock } from "../base/index.ts";
import { type Connection, isNetworkError, type PodNetwork } from "../network/index.ts";
import type { ContainerInstance } from "./container-instance.ts";
import { missingReason } from "./container-start.ts";
import { grpcHealth } from "./grpc-health.ts";
import { PROBE_OUTPUT_BYTES } from "./limits.ts";
import type { Action, Container, HttpGet } from "./pod.ts";

export type ProbeResult = { readonly ok: true } | { readonly ok: false; readonly message: string };

export interface ProbeTarget {
  readonly instance: ContainerInstance;
  readonly container: Container;
  readonly podIP: string;
  /** Probes come from the node. */
  readonly node: PodNetwork;
  readonly clock: Clock;
}

const OK: ProbeResult = { ok: true };
const failed = (message: string): ProbeResult => ({ ok: false, message });

/** Runs one probe or hook once, worded as kubelet's prober words it. Never rejects. */
export async function act(action: Action, target: ProbeTarget, timeoutMs: number): Promise<ProbeResult> {
  const stop = new AbortController();
  const timer = target.clock.setTimeout(() => stop.abort(new Error("timeout")), timeoutMs);
  try {
    if (action.exec) return await runCommand(action.exec.command ?? [], target, { stop, timeoutMs });
    if (action.httpGet) return await httpGet(action.httpGet, target, stop.signal);
    if (action.tcpSocket) return await tcpConnect(action.tcpSocket, target, stop.signal);
    if (action.sleep) await target.clock.sleep(action.sleep.seconds * 1000);
    if (action.grpc) return await grpcProbe(action.grpc, target, { stop, timeoutMs });
    return OK;
  } finally {
    timer.dispose();
  }
}

async function runCommand(
  command: readonly string[],
  { instance }: ProbeTarget,
  { stop, timeoutMs }: { stop: AbortController; timeoutMs: number },
): Promise<ProbeResult> {
  const chunks: Buffer[] = [];
  const sink = () =>
    new Writable({
      write(chunk: Buffer, _encoding, done) {
        chunks.push(chunk);
        done();
      },
    });
  const io = { command, stdout: sink(), stderr: sink(), tty: false, signal: stop.signal };
  const running = instance.exec(io);
  if (!running) return failed(missingCommand(command[0] ?? ""));
  const timedOut = new Promise<"timeout">((resolve) =>
    stop.signal.addEventListener("abort", () => resolve("timeout"), { once: true }),
  );
  const code = await Promise.race([running, timedOut]);
  if (code === "timeout")
    return failed(`command timed out: "${command.join(" ")}" timed out after ${timeoutMs / 1000}s`);
  return code === 0 ? OK : failed(Buffer.concat(chunks).subarray(0, PROBE_OUTPUT_BYTES).toString());
}

async function grpcProbe(
  { port, service = "" }: NonNullable<Action["grpc"]>,
  { node, podIP }: ProbeTarget,
  { stop, timeoutMs }: { stop: AbortController; timeoutMs: number },
): Promise<ProbeResult> {
  const address = `${podIP}:${port}`;
  try {
    const socket = await node.connect({ host: podIP, port, signal: stop.signal });
    const verdict = await grpcHealth(socket, { service, signal: stop.signal });
    return verdict === "SERVING" ? OK : failed(`service unhealthy (responded with "${verdict}")`);
  } catch (error) {
    const within = `within ${timeoutMs / 1000}s`;
    if (stop.signal.aborted || isNetworkError(error))
      return failed(`timeout: failed to connect service "${address}" ${within}: context deadline exceeded`);
    return failed(
      `error: health rpc probe failed: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

/** What runc says about a command that is not there; our wording is of containerd 2 with runc 1.2. */
export function missingCommand(command: string): string {
  const why = missingReason(command);
  return `OCI runtime exec failed: exec failed: unable to start container process: exec: "${command}": ${why}: unknown`;
}

function portOf(port: number | string, container: Container): number {
  if (typeof port === "number") return port;
  return container.ports?.find(({ name }) => name === port)?.containerPort ?? Number(port);
}

async function httpGet(get: HttpGet, target: ProbeTarget, signal: AbortSignal): Promise<ProbeResult> {
  const port = portOf(get.port, target.container);
  const host = get.host ?? target.podIP;
  const secure = get.scheme?.toUpperCase() === "HTTPS";
  const path = get.path?.startsWith("/") ? get.path : `/${get.path ?? ""}`;
  const url = `${secure ? "https" : "http"}://${host}:${port}${path}`;
  try {
    const socket = await target.node.connect({ host, port, allowHalfOpen: false, signal });
    const status = await request({ socket, secure, path, get, authority: `${host}:${port}`, signal });
    return status >= 200 && status < 400 ? OK : failed(`HTTP probe failed with statuscode: ${status}`);
  } catch (error) {
    return failed(`Get "${url}": ${failureText(error, { host, port, signal })}`);
  }
}

interface ProbeRequest {
  readonly socket: Connection;
  readonly secure: boolean;
  readonly path: string;
  readonly get: HttpGet;
  readonly authority: string;
  readonly signal: AbortSignal;
}

function request({ socket, secure, path, get, authority, signal }: ProbeRequest): Promise<number> {
  const headers: Record<string, string> = {
    host: authority,
    "user-agent": "kube-probe/1.35",
    accept: "*/*",
    connection: "close",
  };
  for (const { name, value } of get.httpHeaders ?? []) headers[name.toLowerCase()] = value;
  // Kubelet does not verify certificates of probes.
  const createConnection = () => (secure ? tls.connect({ socket, rejectUnauthorized: false }) : socket);
  return new Promise((resolve, reject) => {
    const request = (secure ? https : http).get({ path, headers, createConnection, signal });
    request.on("error", (error) => {
      socket.destroy();
      reject(error);
    });
    request.on("response", (response) => {
      response.resume();
      response.on("close", () => socket.destroy());
      resolve(response.statusCode ?? 0);
    });
  });
}

async function tcpConnect(
  probe: NonNullable<Action["tcpSocket"]>,
  target: ProbeTarget,
  signal: AbortSignal,
): Promise<ProbeResult> {
  const host = probe.host ?? target.podIP;
  const port = portOf(probe.port, target.container);
  try {
    (await target.node.connect({ host, port, signal })).destroy();
    return OK;
  } catch (error) {
    return failed(failureText(error, { host, port, signal }));
  }
}

/** In Go's words. */
function failureText(error: unknown, at: { host: string; port: number; signal: AbortSignal }): string {
  if (at.signal.aborted) return "context deadline exceeded (Client.Timeout exceeded while awaiting headers)";
  const dial = `dial tcp ${at.host}:${at.port}:`;
  const code = isNetworkError(error) ? error.code : "";
  if (code === "ECONNREFUSED") return `${dial} connect: connection refused`;
  if (code === "EHOSTUNREACH") return `${dial} connect: no route to host`;
  if (code === "ETIMEDOUT") return `${dial} i/o timeout`;
  if (code === "ECONNRESET") return "read: connection reset by peer";
  return error instanceof Error && error.message === "socket hang up" ? "EOF" : String(error);
}
