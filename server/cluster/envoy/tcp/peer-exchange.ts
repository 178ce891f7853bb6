import type { Duplex } from "node:stream";
import { decodePeer, encodePeer, type Peer } from "../stats/peer.ts";

/** The ALPN by which two proxies agree to introduce themselves before the first byte of a TCP connection. */
export const PEER_ALPN = "istio-peer-exchange";

// Upstream's initial header: a magic number and a length (metadata_exchange.cc); the payload is ours, see stats/peer.ts.
const MAGIC = 0x3d230467;
const MAX_PEER_BYTES = 64 * 1024;

/** Sends our facts and reads the peer's. Undefined when the peer closed or speaks something else. */
export function exchangePeers(socket: Duplex, self: Peer): Promise<Peer | undefined> {
  const payload = Buffer.from(encodePeer(self));
  const head = Buffer.alloc(8);
  head.writeUInt32BE(MAGIC, 0);
  head.writeUInt32BE(payload.length, 4);
  socket.write(Buffer.concat([head, payload]));
  return new Promise((resolve) => {
    let seen: Buffer = Buffer.alloc(0);
    const finish = (peer: Peer | undefined, rest: Buffer) => {
      socket.off("readable", read).off("end", ended).off("close", ended);
      if (rest.length > 0 && !socket.destroyed) socket.unshift(rest);
      process.nextTick(() => resolve(peer));
    };
    const ended = () => finish(undefined, seen);
    const read = () => {
      for (let chunk: unknown = socket.read(); Buffer.isBuffer(chunk); chunk = socket.read())
        seen = Buffer.concat([seen, chunk]);
      if (seen.length < 8) return;
      const length = seen.readUInt32BE(4);
      if (seen.readUInt32BE(0) !== MAGIC || length > MAX_PEER_BYTES) return finish(undefined, seen);
      if (seen.length < 8 + length) return;
      finish(decodePeer(seen.subarray(8, 8 + length).toString("latin1")), seen.subarray(8 + length));
    };
    socket.on("readable", read).once("end", ended).once("close", ended);
    read();
  });
}
