import type { ServerResponse } from "node:http";
import { internalError, type Status, StatusError } from "../../apimachinery/index.ts";
import type { Logger } from "../../base/index.ts";

/** Sends one JSON body. Warnings become RFC 7234 headers as kubectl prints them. */
export function sendJson(
  response: ServerResponse,
  {
    code,
    body,
    warnings = [],
    contentType = "application/json",
  }: {
    readonly code: number;
    readonly body: string | Buffer;
    readonly warnings?: readonly string[];
    readonly contentType?: string;
  },
): void {
  if (response.destroyed || response.headersSent) return;
  for (const warning of warnings) {
    response.appendHeader("Warning", `299 - "${warning.replace(/[\\"]/g, "\\$&").replace(/[\r\n]+/g, " ")}"`);
  }
  const bytes = typeof body === "string" ? Buffer.from(body) : body;
  response.writeHead(code, {
    "Content-Type": contentType,
    "Content-Length": bytes.length,
    "Cache-Control": "no-cache, private",
  });
  response.end(bytes);
}

/** What a caller sees of an error: refusals as they are, anything else as 500 and in the log. */
export function statusOf(error: unknown, logger: Logger): Status {
  if (error instanceof StatusError) return error.status;
  logger.error({ err: error }, "request failed");
  return internalError(error instanceof Error ? error.message : String(error)).status;
}

export function sendError(
  response: ServerResponse,
  error: unknown,
  context: { logger: Logger; warnings?: readonly string[] },
): void {
  const status = statusOf(error, context.logger);
  const retry = status.details?.retryAfterSeconds;
  if (retry !== undefined && !response.headersSent) response.setHeader("Retry-After", String(retry));
  sendJson(response, {
    code: status.code ?? 500,
    body: JSON.stringify(status),
    warnings: context.warnings ?? [],
  });
}
