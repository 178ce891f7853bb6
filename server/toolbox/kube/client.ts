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

export interface ApiRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  readonly query?: Record<string, string>;
  /** Sent as JSON, which is YAML too. */
  readonly body?: object;
  /** Of the body; JSON when it is not said. */
  readonly contentType?: string;
}

/** Connections stay open between the many requests of an installation; a program that ends closes them. */
const agents = {
  "http:": new http.Agent({ keepAlive: true }),
  "https:": new https.Agent({ keepAlive: true }),
};

/** One request; the answer as text. Rejects with ApiError, or with the socket's error as client-go words it. */
export function send(access: KubeAccess, asked: ApiRequest): Promise<string> {
  const { method, path } = asked;
  const url = apiUrl(access, path, asked.query);
  const secure = url.protocol === "https:";
  const body = asked.body && Buffer.from(JSON.stringify(asked.body));
  const headers = {
    ...authorization(access),
    accept: "application/json",
    "user-agent": "istioctl",
    ...(body && { "content-type": asked.contentType ?? "application/json", "content-length": body.length }),
  };
  return new Promise((resolve, reject) => {
    const options = { ...tlsOptions(access), method, headers, timeout: TIMEOUT_MS };
    const agent = secure ? agents["https:"] : agents["http:"];
    const call = (secure ? https : http).request(url, { ...options, agent }, (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on("data", (chunk: Buffer) => {
        size += chunk.length;
        if (size > MAX_BODY_BYTES)
          response.destroy(
            new Error(`the answer to ${method} ${path} is larger than ${MAX_BODY_BYTES} bytes`),
          );
        else chunks.push(chunk);
      });
      response.on("error", reject);
      response.on("end", () => {
        const text = Buffer.concat(chunks).toString("utf8");
        const code = response.statusCode ?? 0;
        if (code < 300) resolve(text);
        else reject(refusal(text, code));
      });
    });
    const verb = method.charAt(0) + method.slice(1).toLowerCase();
    call.on("timeout", () => call.destroy(new Error(`${verb} "${url}": context deadline exceeded`)));
    call.on("error", (error) => reject(inGoWords(error, { verb, url })));
    call.end(body);
  });
}

/** GET, as text. */
export function getText(access: KubeAccess, path: string, query?: Record<string, string>): Promise<string> {
  return send(access, { method: "GET", path, query });
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
function inGoWords(error: Error, { verb, url }: { readonly verb: string; readonly url: URL }): Error {
  const code = "code" in error ? String(error.code) : "";
  const port = url.port || (url.protocol === "https:" ? "443" : "80");
  if (code === "ECONNREFUSED")
    return new Error(`${verb} "${url}": dial tcp ${url.hostname}:${port}: connect: connection refused`, {
      cause: error,
    });
  if (code === "ENOTFOUND")
    return new Error(`${verb} "${url}": dial tcp: lookup ${url.hostname}: no such host`, { cause: error });
  return new Error(`${verb} "${url}": ${error.message}`, { cause: error });
}

/** GET, parsed by a schema. */
export async function getJson<T extends z.ZodType>(
  access: KubeAccess,
  path: string,
  options: { schema: T; query?: Record<string, string> },
): Promise<z.infer<T>> {
  return options.schema.parse(JSON.parse(await getText(access, path, options.query)));
}
