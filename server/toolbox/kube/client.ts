import http from "node:http";
import https from "node:https";
import { z } from "zod";
import type { KubeAccess } from "./kubeconfig.ts";

/** The largest answer taken: a config dump of a large mesh is some tens of MiB. */
const MAX_BODY_BYTES = 256 * 1024 * 1024;
const TIMEOUT_MS = 30_000;

const status = z.object({
  kind: z.literal("Status"),
  message: z.string().default(""),
  reason: z.string().default(""),
});

/** A refusal by the API server, in its own words. */
export class ApiError extends Error {
  constructor(
    message: string,
    readonly code: number,
    readonly reason: string,
  ) {
    super(message);
  }
}

/** Options for node:https and ws alike. */
export function tlsOptions(access: KubeAccess) {
  return {
    ca: access.ca,
    cert: access.clientCert,
    key: access.clientKey,
    rejectUnauthorized: !access.insecure,
  };
}

export function authorization(access: KubeAccess): Record<string, string> {
  return access.token ? { authorization: `Bearer ${access.token}` } : {};
}

/** Where a path lies on the API server, keeping a prefix in the kubeconfig's server URL. */
export function apiUrl(
  access: KubeAccess,
  path: string,
  query: Record<string, string | readonly string[]> = {},
): URL {
  const url = new URL(access.server.pathname.replace(/\/$/, "") + path, access.server);
  for (const [name, value] of Object.entries(query))
    for (const one of Array.isArray(value) ? value : [value]) url.searchParams.append(name, one);
  return url;
}

/** GET, as text. Rejects with ApiError, or with the socket's error as client-go words it. */
export function getText(access: KubeAccess, path: string, query?: Record<string, string>): Promise<string> {
  const url = apiUrl(access, path, query);
  const { request } = url.protocol === "https:" ? https : http;
  return new Promise((resolve, reject) => {
    const headers = { ...authorization(access), accept: "application/json", "user-agent": "istioctl" };
    const call = request(url, { ...tlsOptions(access), headers, timeout: TIMEOUT_MS }, (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on("data", (chunk: Buffer) => {
        size += chunk.length;
        if (size > MAX_BODY_BYTES)
          response.destroy(new Error(`the answer to GET ${path} is larger than ${MAX_BODY_BYTES} bytes`));
        else chunks.push(chunk);
      });
      response.on("error", reject);
      response.on("end", () => {
        const body = Buffer.concat(chunks).toString("utf8");
        const code = response.statusCode ?? 0;
        if (code < 300) resolve(body);
        else reject(refusal(body, code));
      });
    });
    call.on("timeout", () => call.destroy(new Error(`Get "${url}": context deadline exceeded`)));
    call.on("error", (error) => reject(inGoWords(error, url)));
    call.end();
  });
}

function refusal(body: string, code: number): ApiError {
  try {
    const parsed = status.parse(JSON.parse(body));
    return new ApiError(parsed.message, code, parsed.reason);
  } catch {
    return new ApiError(body.trim() || `the server answered ${code}`, code, "");
  }
}

/** `Get "https://…": dial tcp 127.0.0.1:8080: connect: connection refused`, as client-go prints it. */
function inGoWords(error: Error, url: URL): Error {
  const code = "code" in error ? String(error.code) : "";
  const port = url.port || (url.protocol === "https:" ? "443" : "80");
  if (code === "ECONNREFUSED")
    return new Error(`Get "${url}": dial tcp ${url.hostname}:${port}: connect: connection refused`, {
      cause: error,
    });
  if (code === "ENOTFOUND")
    return new Error(`Get "${url}": dial tcp: lookup ${url.hostname}: no such host`, { cause: error });
  return new Error(`Get "${url}": ${error.message}`, { cause: error });
}

/** GET, parsed by a schema. */
export async function getJson<T extends z.ZodType>(
  access: KubeAccess,
  path: string,
  options: { schema: T; query?: Record<string, string> },
): Promise<z.infer<T>> {
  return options.schema.parse(JSON.parse(await getText(access, path, options.query)));
}
