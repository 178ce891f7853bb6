import type { HeaderMap } from "./headers.ts";
import type { TakenOver } from "./message.ts";
import { takePeer } from "./prepare.ts";
import type { StreamView } from "./stream-view.ts";

/** After 101 both sides are a pipe, until either closes. */
export function joinUpgrade(
  stream: StreamView,
  upstream: { readonly headers: HeaderMap; readonly connection: TakenOver },
  settled: () => void,
): void {
  const { info, response } = stream;
  const { headers, connection } = upstream;
  if (!response.switchProtocols) {
    connection.socket.destroy();
    response.reset();
    return;
  }
  stream.handOver();
  info.peer ??= takePeer(headers);
  headers.set("server", stream.scope.config.serverName ?? "envoy");
  info.responseCode = 101;
  info.details = "via_upstream";
  const downstream = response.switchProtocols(headers);
  if (connection.head.length > 0) {
    info.bytesSent += connection.head.length;
    downstream.socket.write(connection.head);
  }
  if (downstream.head.length > 0) connection.socket.write(downstream.head);
  connection.socket.on("data", (chunk: Buffer) => {
    info.bytesSent += chunk.length;
  });
  downstream.socket.pipe(connection.socket);
  connection.socket.pipe(downstream.socket);
  let closed = false;
  const close = () => {
    if (closed) return;
    closed = true;
    downstream.socket.destroy();
    connection.socket.destroy();
    settled();
    stream.account();
  };
  for (const side of [downstream.socket, connection.socket]) side.once("close", close).on("error", close);
}
