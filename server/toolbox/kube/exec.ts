import { WebSocket } from "ws";
import { z } from "zod";
import { ApiError, apiUrl, authorization, tlsOptions } from "./client.ts";
import type { KubeAccess } from "./kubeconfig.ts";

/** Channels of v5.channel.k8s.io (apimachinery, remotecommand). */
const STDOUT = 1;
const STDERR = 2;
const ERROR = 3;
const TIMEOUT_MS = 30_000;
const MAX_OUTPUT_BYTES = 256 * 1024 * 1024;

const endStatus = z.object({
  status: z.string(),
  message: z.string().default(""),
  details: z
    .object({
      causes: z.array(z.object({ reason: z.string().optional(), message: z.string().optional() })).optional(),
    })
    .optional(),
});

export interface ExecResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

export interface ExecTarget {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly command: readonly string[];
}

/** Runs a command in a container and waits for its end. Rejects with ApiError when it could not be started. */
export function execInPod(access: KubeAccess, target: ExecTarget): Promise<ExecResult> {
  const { namespace, pod, container, command } = target;
  const url = apiUrl(access, `/api/v1/namespaces/${namespace}/pods/${pod}/exec`, {
    container,
    command,
    stdout: "true",
    stderr: "true",
  });
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, ["v5.channel.k8s.io", "v4.channel.k8s.io"], {
      ...tlsOptions(access),
      headers: { ...authorization(access), "user-agent": "istioctl" },
      handshakeTimeout: TIMEOUT_MS,
      maxPayload: MAX_OUTPUT_BYTES,
    });
    const output: Record<number, Buffer[]> = { [STDOUT]: [], [STDERR]: [] };
    const timer = setTimeout(() => socket.terminate(), TIMEOUT_MS);
    let exitCode: number | undefined;
    socket.on("message", (message: Buffer) => {
      const channel = message[0] ?? 0;
      if (channel === ERROR) exitCode = codeOf(message.subarray(1).toString("utf8"));
      else output[channel]?.push(message.subarray(1));
    });
    socket.on("unexpected-response", (_request, response) => {
      response.setEncoding("utf8");
      let body = "";
      response.on("data", (chunk: string) => (body += chunk));
      response.on("end", () => {
        clearTimeout(timer);
        socket.terminate();
        reject(new ApiError(messageOf(body), response.statusCode ?? 0, ""));
      });
    });
    socket.on("error", (error) => {
      clearTimeout(timer);
      reject(error);
    });
    socket.on("close", () => {
      clearTimeout(timer);
      const text = (channel: number) => Buffer.concat(output[channel] ?? []).toString("utf8");
      if (exitCode === undefined)
        reject(new Error("the connection to the container ended before the command did"));
      else resolve({ stdout: text(STDOUT), stderr: text(STDERR), exitCode });
    });
  });
}

function codeOf(json: string): number {
  const end = endStatus.parse(JSON.parse(json));
  if (end.status === "Success") return 0;
  const cause = end.details?.causes?.find(({ reason }) => reason === "ExitCode");
  if (cause?.message) return Number(cause.message);
  throw new ApiError(end.message, 500, "");
}

function messageOf(body: string): string {
  try {
    return z.object({ message: z.string() }).parse(JSON.parse(body)).message;
  } catch {
    return body.trim();
  }
}
