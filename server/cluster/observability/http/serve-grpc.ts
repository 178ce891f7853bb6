// Unary calls of gRPC over cleartext HTTP/2, as an add-on's collector answers them: bounded, nothing kept after dispose.
import { createServer, type ServerHttp2Session, type ServerHttp2Stream } from "node:http2";
import type { Disposable } from "../../base/index.ts";
import type { PodNetwork } from "../../network/index.ts";
import { MAX_BODY_BYTES, MAX_CONNECTIONS } from "./limits.ts";

/** Codes of google.rpc.Code that are used here. */
export const GRPC = { ok: 0, invalidArgument: 3, unimplemented: 12, internal: 13, exhausted: 8 } as const;

export interface GrpcAnswer {
  readonly code: number;
  readonly message?: string;
  /** Of an answer that is OK. */
  readonly body?: Buffer;
}

export type GrpcHandle = (path: string, message: Buffer) => GrpcAnswer;

/** Serves a port of the pod. Throws EADDRINUSE. */
export function serveGrpc(network: PodNetwork, port: number, handle: GrpcHandle): Disposable {
  const sessions = new Set<ServerHttp2Session>();
  const server = createServer();
  server.on("session", (session) => {
    sessions.add(session);
    session.on("error", ignore).once("close", () => sessions.delete(session));
  });
  server.on("sessionError", ignore);
  server.on("stream", (stream, headers) => {
    stream.on("error", ignore);
    answer(stream, String(headers[":path"] ?? ""), handle);
  });
  const listening = network.listen({ port }, (connection) => {
    connection.on("error", ignore);
    if (sessions.size >= MAX_CONNECTIONS) connection.reset();
    else server.emit("connection", connection);
  });
  return {
    dispose() {
      listening.dispose();
      for (const session of sessions) session.destroy();
    },
  };
}

function answer(stream: ServerHttp2Stream, path: string, handle: GrpcHandle): void {
  const chunks: Buffer[] = [];
  let size = 0;
  stream.on("data", (chunk: Buffer) => {
    size += chunk.length;
    if (size <= MAX_BODY_BYTES) chunks.push(chunk);
    else end(stream, { code: GRPC.exhausted, message: `grpc: received message larger than max` });
  });
  stream.on("end", () => {
    if (size > MAX_BODY_BYTES) return;
    const body = Buffer.concat(chunks);
    const framed = body.length >= 5 && body.readUInt32BE(1) === body.length - 5;
    if (!framed) end(stream, { code: GRPC.internal, message: "cardinality violation: expected one request" });
    else if (body[0] !== 0)
      end(stream, { code: GRPC.unimplemented, message: "grpc: Decompressor is not installed" });
    else end(stream, safely(handle, path, body.subarray(5)));
  });
}

function safely(handle: GrpcHandle, path: string, message: Buffer): GrpcAnswer {
  try {
    return handle(path, message);
  } catch (error) {
    return { code: GRPC.internal, message: error instanceof Error ? error.message : String(error) };
  }
}

function end(stream: ServerHttp2Stream, { code, message, body }: GrpcAnswer): void {
  if (stream.headersSent || stream.destroyed) return;
  const status = {
    "grpc-status": String(code),
    ...(message ? { "grpc-message": encodeURI(message) } : {}),
  };
  const head = { ":status": 200, "content-type": "application/grpc" };
  if (code !== GRPC.ok) {
    stream.respond({ ...head, ...status }, { endStream: true });
    return;
  }
  const frame = Buffer.alloc(5);
  frame.writeUInt32BE(body?.length ?? 0, 1);
  stream.respond(head, { waitForTrailers: true });
  stream.once("wantTrailers", () => stream.sendTrailers(status));
  stream.end(body ? Buffer.concat([frame, body]) : frame);
}

const ignore = () => undefined;
