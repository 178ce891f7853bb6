import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { HeaderMap } from "./headers.ts";
import { takePeer } from "./prepare.ts";
import type { StreamView } from "./stream-view.ts";

/** After 101 both sides are a pipe, until either closes. */
export function joinUpgrade(
  stream: StreamView,
  result: { readonly message: IncomingMessage; readonly socket: Duplex; readonly head: Buffer },
  settled: () => void,
): void {
  const { upgrade } = stream.request;
  const { info } = stream;
  if (!upgrade) {
    result.socket.destroy();
    stream.response.reset();
    return;
  }
  stream.handOver();
  const headers = HeaderMap.fromRaw(result.message.rawHeaders);
  info.peer ??= takePeer(headers);
  headers.set("server", stream.scope.config.serverName ?? "envoy");
  info.responseCode = 101;
  info.details = "via_upstream";
  const lines = headers.entries().map(([name, value]) => `${name}: ${value}\r\n`);
  const downstream = upgrade.socket;
  downstream.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join("")}\r\n`);
  if (result.head.length > 0) downstream.write(result.head);
  if (upgrade.head.length > 0) result.socket.write(upgrade.head);
  result.socket.on("data", (chunk: Buffer) => {
    info.bytesSent += chunk.length;
  });
  downstream.pipe(result.socket);
  result.socket.pipe(downstream);
  let closed = false;
  const close = () => {
    if (closed) return;
    closed = true;
    downstream.destroy();
    result.socket.destroy();
    settled();
    stream.account();
  };
  for (const side of [downstream, result.socket]) side.once("close", close).on("error", close);
}
