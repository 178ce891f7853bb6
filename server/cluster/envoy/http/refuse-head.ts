import type { HttpConnectionManager } from "../../xds/index.ts";
import type { LocalReply } from "./local-reply.ts";
import type { DownstreamRequest } from "./message.ts";

/** What a connection manager asks of a head before anything else (Envoy http/conn_manager_impl.cc decodeHeaders). */
export function refuseHead(
  request: DownstreamRequest,
  config: HttpConnectionManager,
): LocalReply | undefined {
  if (request.protocol === "HTTP/1.0" && !config.httpProtocolOptions?.acceptHttp10)
    return { status: 426, body: "", details: "low_version" };
  if (request.authority === "") return { status: 400, body: "", details: "missing_host_header" };
  if (request.method !== "CONNECT" && !request.path.startsWith("/"))
    return request.path === "*" && request.method === "OPTIONS"
      ? undefined
      : { status: 404, body: "", details: "absolute_path_rejected" };
  return undefined;
}
