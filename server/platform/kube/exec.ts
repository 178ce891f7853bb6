import { WebSocket } from "ws";
import type { KubeConnection } from "./connection.ts";
import { statusError, unreachable } from "./http.ts";
import { KubeError } from "./kube-error.ts";
import { limits } from "./limits.ts";
import { execStatus } from "./schemas.ts";
import type { ExecRequest, ExecResult } from "./types.ts";

/** Channel numbers of the exec protocol, the first byte of every message. */
const channel = { stdout: 1, stderr: 2, status: 3 } as const;

/**
 * Runs a command in a container without a terminal and without input. Follows kubectl's remotecommand over websocket
 * (v5, v4): output on channels 1 and 2, a Status with the exit code on channel 3.
 */
export async function execInPod(connection: KubeConnection, request: ExecRequest): Promise<ExecResult> {
  if (request.command.length > limits.commandArguments)
    throw new KubeError({ reason: "TooLarge" }, `more than ${limits.commandArguments} arguments`);
  const deadline = AbortSignal.timeout(limits.execMs);
  const signal = request.signal ? AbortSignal.any([request.signal, deadline]) : deadline;
  const { agent, headers, auth, ...tls } = await connection.requestOptions();
  const socket = new WebSocket(execUrl(connection, request), ["v5.channel.k8s.io", "v4.channel.k8s.io"], {
    ...definedOnly(tls),
    ...(agent ? { agent } : {}),
    ...(auth ? { auth } : {}),
    headers: plainHeaders(headers),
    handshakeTimeout: limits.connectMs,
    maxPayload: limits.execOutputBytes,
    perMessageDeflate: false,
  });
  const stop = () => socket.terminate();
  signal.addEventListener("abort", stop, { once: true });
  try {
    return await collect(socket, connection);
  } catch (error) {
    if (request.signal?.aborted)
      throw new KubeError({ reason: "Aborted" }, "no longer wanted", { cause: error });
    if (deadline.aborted)
      throw new KubeError({ reason: "Timeout" }, `the command did not end within ${limits.execMs / 1000} s`, {
        cause: error,
      });
    throw error;
  } finally {
    signal.removeEventListener("abort", stop);
    socket.terminate();
  }
}

function collect(socket: WebSocket, connection: KubeConnection): Promise<ExecResult> {
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  let size = 0;
  return new Promise((resolve, reject) => {
    socket.on("error", (error) => reject(unreachable(connection, error)));
    socket.on("unexpected-response", (_request, response) => {
      const body: Buffer[] = [];
      response.on("data", (chunk: Buffer) => body.push(chunk.subarray(0, limits.errorBodyBytes)));
      response.on("end", () =>
        reject(statusError(response.statusCode ?? 0, Buffer.concat(body).toString("utf8"))),
      );
    });
    socket.on("message", (data) => {
      const message = Array.isArray(data) ? Buffer.concat(data) : Buffer.from(new Uint8Array(data));
      const content = message.subarray(1);
      size += content.length;
      if (size > limits.execOutputBytes) {
        reject(
          new KubeError(
            { reason: "TooLarge" },
            `the command wrote more than ${limits.execOutputBytes} bytes`,
          ),
        );
        return;
      }
      if (message[0] === channel.stdout) stdout.push(content);
      else if (message[0] === channel.stderr) stderr.push(content);
      else if (message[0] === channel.status) {
        const text = (parts: Buffer[]) => Buffer.concat(parts).toString("utf8");
        try {
          resolve({
            stdout: text(stdout),
            stderr: text(stderr),
            exitCode: exitCodeOf(content.toString("utf8")),
          });
        } catch (error) {
          reject(error);
        }
      }
    });
    socket.on("close", () =>
      reject(new KubeError({ reason: "Other" }, "the connection closed before the command's result came")),
    );
  });
}

/** Success is 0; a NonZeroExitCode Status carries the number as a cause; anything else failed before it ran. */
function exitCodeOf(text: string): number {
  const status = execStatus.parse(JSON.parse(text));
  if (status.status === "Success") return 0;
  const cause = status.details?.causes?.find((one) => one.reason === "ExitCode");
  const code = Number(cause?.message);
  if (status.reason === "NonZeroExitCode" && Number.isInteger(code)) return code;
  throw new KubeError({ reason: "Other" }, status.message ?? "the command could not be run");
}

function execUrl(connection: KubeConnection, request: ExecRequest): string {
  const url = new URL(connection.server.replace(/^http/, "ws"));
  const parts = ["api", "v1", "namespaces", request.namespace, "pods", request.pod, "exec"];
  url.pathname = `${url.pathname.replace(/\/+$/, "")}/${parts.map(encodeURIComponent).join("/")}`;
  url.searchParams.set("container", request.container);
  url.searchParams.set("stdout", "true");
  url.searchParams.set("stderr", "true");
  for (const word of request.command) url.searchParams.append("command", word);
  return url.href;
}

function plainHeaders(headers: unknown): Record<string, string> {
  const plain: Record<string, string> = {};
  for (const [key, value] of Object.entries(headers ?? {})) if (typeof value === "string") plain[key] = value;
  return plain;
}

function definedOnly<T extends object>(value: T): Partial<T> {
  const entries = Object.entries(value).filter(([, field]) => field !== undefined);
  return Object.fromEntries(entries) as Partial<T>; // fromEntries forgets the keys' names; they are a subset of T's
}
