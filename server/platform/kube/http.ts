import { request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import { z } from "zod";
import type { KubeConnection } from "./connection.ts";
import { KubeError, type KubeErrorReason } from "./kube-error.ts";
import { limits } from "./limits.ts";

export interface GetOptions {
  readonly signal?: AbortSignal | undefined;
  readonly accept?: string | undefined;
  /** 0: none; for watches, which end by their own means. */
  readonly timeoutMs?: number | undefined;
}

/** GET as text. Anything but 2xx is a KubeError with the API's own message. */
export async function getText(
  connection: KubeConnection,
  path: string,
  options: GetOptions = {},
): Promise<string> {
  const timeoutMs = options.timeoutMs ?? limits.requestMs;
  const deadline = AbortSignal.timeout(timeoutMs);
  const signal = options.signal ? AbortSignal.any([options.signal, deadline]) : deadline;
  try {
    const response = await openGet(connection, path, { ...options, signal });
    return await readBody(response, limits.bodyBytes);
  } catch (error) {
    throw explain(error, { deadline, timeoutMs, path, connection, signal: options.signal });
  }
}

export async function getJson(
  connection: KubeConnection,
  path: string,
  options?: GetOptions,
): Promise<unknown> {
  const text = await getText(connection, path, options);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new KubeError({ reason: "Other" }, `${connection.server}${path} did not answer with JSON`, {
      cause,
    });
  }
}

/** The response once its head is here and says 2xx; the body is the caller's to read or destroy. */
export async function openGet(
  connection: KubeConnection,
  path: string,
  options: GetOptions,
): Promise<IncomingMessage> {
  const common = await connection.requestOptions();
  const url = new URL(connection.server + path);
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const send = url.protocol === "https:" ? httpsRequest : httpRequest;
    const request = send(url, {
      ...common,
      headers: { ...common.headers, accept: options.accept ?? "application/json" },
      ...(options.signal ? { signal: options.signal } : {}),
    });
    request.setTimeout(limits.requestMs, () => request.destroy(new Error("it does not answer")));
    request.once("response", (head) => {
      // From here on only a connection that died without a word is cut: a live watch sends bookmarks.
      request.setTimeout((limits.watchSeconds + 30) * 1000, () => head.destroy(new Error("it fell silent")));
      resolve(head);
    });
    request.once("error", reject);
    request.end();
  });
  const status = response.statusCode ?? 0;
  if (status >= 200 && status < 300) return response;
  throw statusError(status, await readBody(response, limits.errorBodyBytes));
}

async function readBody(response: IncomingMessage, bytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response) {
    const buffer = Buffer.from(chunk);
    size += buffer.length;
    if (size > bytes) {
      response.destroy();
      throw new KubeError({ reason: "TooLarge" }, `the answer is larger than ${bytes} bytes`);
    }
    chunks.push(buffer);
  }
  return Buffer.concat(chunks).toString("utf8");
}

const statusBody = z.object({ message: z.string().optional(), reason: z.string().optional() });
const known: readonly KubeErrorReason[] = [
  "NotFound",
  "Forbidden",
  "Unauthorized",
  "Expired",
  "Invalid",
  "Conflict",
  "ServiceUnavailable",
  "Timeout",
];
const byCode: Readonly<Record<number, KubeErrorReason>> = {
  401: "Unauthorized",
  403: "Forbidden",
  404: "NotFound",
  409: "Conflict",
  410: "Expired",
  422: "Invalid",
  503: "ServiceUnavailable",
  504: "Timeout",
};

/** A KubeError from a Status object, or from a bare HTTP answer. */
export function statusError(code: number, body: string): KubeError {
  const status = statusBody.safeParse(parseOrUndefined(body));
  const named = known.find((reason) => reason === status.data?.reason);
  const message = status.data?.message ?? (body.trim().slice(0, 500) || `HTTP ${code}`);
  const foreign = status.data?.message === undefined ? { body } : {};
  return new KubeError({ reason: named ?? byCode[code] ?? "Other", status: code, ...foreign }, message);
}

function parseOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // a proxy's or a service's own error page
  }
}

interface Circumstances {
  readonly deadline: AbortSignal;
  readonly timeoutMs: number;
  readonly path: string;
  readonly connection: KubeConnection;
  readonly signal: AbortSignal | undefined;
}

function explain(error: unknown, at: Circumstances): KubeError {
  if (error instanceof KubeError) return error;
  if (at.signal?.aborted) return new KubeError({ reason: "Aborted" }, "no longer wanted", { cause: error });
  if (at.deadline.aborted)
    return new KubeError({ reason: "Timeout" }, `no answer to ${at.path} within ${at.timeoutMs / 1000} s`, {
      cause: error,
    });
  return unreachable(at.connection, error);
}

export function unreachable(connection: KubeConnection, error: unknown): KubeError {
  const why = error instanceof Error ? error.message || error.name : String(error);
  return new KubeError({ reason: "Unreachable" }, `${connection.server} cannot be reached: ${why}`, {
    cause: error,
  });
}
