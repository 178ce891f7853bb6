import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { DEFAULT_CIPHERS } from "node:tls";
import type { Clock, Logger } from "../../base/index.ts";
import { type Attributes, attributesOf, type RequestLine } from "../authorization/attributes.ts";
import type { ApiCall, ApiReply } from "../endpoints/call.ts";
import type { UserInfo } from "../filters/user.ts";
import type { ApiMetrics } from "../metrics/api-metrics.ts";
import type { ServingIdentity } from "../pki/serving-certificate.ts";
import type { ClusterQuota } from "../registry/cluster-quota.ts";
import { noSuchResource } from "../registry/resources.ts";
import { mediaType, parseBody, readBody } from "./body.ts";
import { duplicateFields } from "./duplicate-fields.ts";
import { type EncodeOptions, encodeList, encodeObject, representation } from "./encode.ts";
import type { NonResourcePaths } from "./non-resource.ts";
import { sendError, sendJson, statusOf } from "./reply.ts";
import { sendWatch } from "./watch-response.ts";

/** Node's own, but AES with 128 bits first, as Go servers have it: long lists are encrypted a quarter faster. */
const CIPHERS = `TLS_AES_128_GCM_SHA256:${DEFAULT_CIPHERS}`;

/** A request that is not answered with one object: logs, exec, proxies. */
export interface StreamRequest {
  readonly user: UserInfo;
  readonly url: URL;
  readonly request: IncomingMessage;
}

export interface ListenerDeps {
  readonly identity: ServingIdentity;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Who sent this request; throws Unauthorized. */
  authenticate(request: IncomingMessage): Promise<UserInfo> | UserInfo;
  /** Throws Forbidden. */
  authorize(attributes: Attributes): void;
  readonly nonResource: NonResourcePaths;
  readonly metrics: Pick<ApiMetrics, "begin">;
  readonly quota: Pick<ClusterQuota, "write" | "watch">;
  handle(call: ApiCall): Promise<ApiReply>;
  /** True when it has taken the request. */
  stream(request: StreamRequest, response: ServerResponse): Promise<boolean>;
  upgrade(request: StreamRequest, socket: Duplex, head: Buffer): Promise<void>;
}

/** The HTTPS face of the API server. */
export class Listener {
  private readonly server: Server;
  private readonly sockets = new Set<Duplex>();

  constructor(private readonly deps: ListenerDeps) {
    const { certPem, keyPem } = deps.identity;
    this.server = createServer({
      cert: certPem,
      key: keyPem,
      ciphers: CIPHERS,
      // A client may show a certificate; whether it is one of ours is looked at for each request.
      requestCert: true,
      rejectUnauthorized: false,
      keepAliveTimeout: 120_000,
      requestTimeout: 0,
    });
    this.server.on("request", (request, response) => {
      this.serve(request, response).catch((error: unknown) => {
        if (response.headersSent) response.destroy();
        else sendError(response, error, { logger: deps.logger });
      });
    });
    this.server.on("upgrade", (request, socket: Duplex, head) => {
      socket.on("error", () => socket.destroy());
      this.upgrade(request, socket, head).catch((error: unknown) => {
        const status = statusOf(error, deps.logger);
        refuseUpgrade(socket, status.code ?? 500, JSON.stringify(status));
      });
    });
    this.server.on("secureConnection", (socket) => {
      this.sockets.add(socket);
      socket.on("close", () => this.sockets.delete(socket));
    });
  }

  listen(port: number, host: string): Promise<AddressInfo> {
    return new Promise((resolve, reject) => {
      this.server.once("error", reject);
      this.server.listen(port, host, () => {
        this.server.off("error", reject);
        const address = this.server.address();
        if (typeof address === "object" && address) resolve(address);
        else reject(new Error("the API server has no address"));
      });
    });
  }

  close(): void {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { deps } = this;
    const url = new URL(request.url ?? "/", "https://apiserver");
    const user = await deps.authenticate(request);
    const accept = request.headers.accept ?? "";
    const line = lineOf(request, url, user);
    const over = deps.metrics.begin({ ...line, dryRun: url.searchParams.get("dryRun") === "All" });
    response.once("close", () => over(response.statusCode));
    this.authorize(line);
    if (request.method === "GET") {
      const document = deps.nonResource.answer(url.pathname, accept, url.searchParams.has("verbose"));
      if (document) return sendJson(response, { code: 200, ...document });
    }
    if (await deps.stream({ user, url, request }, response)) return;
    const contentType = mediaType(request.headers["content-type"]);
    const hasBody = request.method !== "GET" && request.method !== "HEAD";
    if (hasBody) deps.quota.write();
    else if (line.watch) {
      const watching = deps.quota.watch();
      response.once("close", () => watching.dispose());
    }
    const bytes = hasBody ? await readBody(request) : undefined;
    const isJson = contentType === "application/json" || contentType === "";
    const call: ApiCall = {
      user,
      method: request.method ?? "GET",
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      contentType,
      body: bytes && parseBody(bytes, contentType),
      ...(bytes && isJson && { duplicates: () => duplicateFields(bytes.toString("utf8")) }),
      userAgent: request.headers["user-agent"] ?? "",
      trusted: false,
      warnings: [],
    };
    try {
      this.send(response, await deps.handle(call), {
        representation: representation(accept),
        includeObject: call.query.includeObject ?? "Metadata",
        now: deps.clock.now(),
        warnings: call.warnings,
      });
    } catch (error) {
      sendError(response, error, { logger: deps.logger, warnings: call.warnings });
    }
  }

  private send(
    response: ServerResponse,
    reply: ApiReply,
    options: EncodeOptions & { warnings: readonly string[] },
  ): void {
    const { warnings } = options;
    switch (reply.kind) {
      case "object":
        sendJson(response, {
          code: reply.code,
          body: encodeObject(reply.object, reply.resource, options),
          warnings,
        });
        break;
      case "list":
        sendJson(response, {
          code: 200,
          body: encodeList(reply.list, reply.resource, options),
          warnings,
        });
        break;
      case "watch":
        sendWatch(response, reply, { ...options, clock: this.deps.clock });
        break;
    }
  }

  private authorize(line: RequestLine): void {
    this.deps.authorize(attributesOf(line));
  }

  private async upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const url = new URL(request.url ?? "/", "https://apiserver");
    const user = await this.deps.authenticate(request);
    this.authorize(lineOf(request, url, user));
    await this.deps.upgrade({ user, url, request }, socket, head);
  }
}

function lineOf(request: IncomingMessage, url: URL, user: UserInfo): RequestLine {
  const watch = ["true", "1"].includes(url.searchParams.get("watch") ?? "");
  const fieldSelector = url.searchParams.get("fieldSelector") ?? "";
  return { user, method: request.method ?? "GET", path: url.pathname, watch, fieldSelector };
}

function refuseUpgrade(socket: Duplex, code: number, body: string): void {
  if (socket.destroyed) return;
  socket.end(
    `HTTP/1.1 ${code} Refused\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}

export { noSuchResource };
