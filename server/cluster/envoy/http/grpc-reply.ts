import { HeaderMap } from "./headers.ts";
import type { LocalReply } from "./local-reply.ts";

// Envoy grpc/status.cc httpToGrpcStatus; anything else is 2, UNKNOWN.
const GRPC_STATUS: Readonly<Record<number, string>> = {
  400: "13",
  401: "16",
  403: "7",
  404: "12",
  429: "14",
  502: "14",
  503: "14",
  504: "14",
};

export const grpcStatusOf = (status: number): string => GRPC_STATUS[status] ?? "2";

/** What a gRPC client gets instead of a page: 200 and nothing but trailers (Envoy http/utility.cc sendLocalReply). */
export function grpcReply(reply: LocalReply, grpcStatus: string): HeaderMap {
  const headers = new HeaderMap([
    ["content-type", "application/grpc"],
    ["grpc-status", grpcStatus],
  ]);
  if (reply.body) headers.set("grpc-message", percentEncoded(reply.body));
  for (const [name, value] of reply.headers ?? []) headers.set(name, value);
  return headers;
}

/** gRPC's Percent-Byte encoding: what is not printable ASCII, and the percent sign. */
function percentEncoded(text: string): string {
  return [...Buffer.from(text)]
    .map((byte) =>
      byte < 0x20 || byte > 0x7e || byte === 0x25
        ? `%${byte.toString(16).toUpperCase().padStart(2, "0")}`
        : String.fromCharCode(byte),
    )
    .join("");
}
