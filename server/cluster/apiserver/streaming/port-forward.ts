import type { Duplex } from "node:stream";
import { WebSocket } from "ws";
import { SpdyConnection, type SpdyStream } from "./spdy/connection.ts";
import { bytesOf, socketDrained, type Upgraded } from "./websocket.ts";

export const PORT_FORWARD_PROTOCOLS = ["SPDY/3.1+portforward.k8s.io", "v4.channel.k8s.io"];

export interface PortForwardTarget {
  /** As upstream's error text names it: NAMESPACE/POD is told by uid there; here by name. */
  readonly pod: string;
  /** Ports of the query, for the channel protocol. */
  readonly ports: readonly number[];
  connect(port: number): Promise<Duplex>;
}

export function servePortForward(upgraded: Upgraded, target: PortForwardTarget): void {
  upgraded.socket.on("error", () => upgraded.socket.terminate());
  if (upgraded.protocol === "v4.channel.k8s.io") serveChannels(upgraded.socket, target);
  else serveTunnel(upgraded.socket, target);
}

function refusal(target: PortForwardTarget, port: number, error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return `error forwarding port ${port} to pod ${target.pod}: failed to connect to localhost:${port} inside pod: ${text}`;
}

/** Copies both ways until both are done; an error on one side ends the other. */
function join(left: Duplex, right: Duplex): void {
  left.on("error", () => right.destroy());
  right.on("error", () => left.destroy());
  left.on("close", () => right.destroy());
  right.on("close", () => {
    if (!left.writableEnded) left.end();
  });
  left.pipe(right);
  right.pipe(left);
}

/** kubectl 1.30 and later: SPDY/3.1 inside binary messages; two streams, `error` and `data`, for each connection. */
function serveTunnel(socket: WebSocket, target: PortForwardTarget): void {
  const errors = new Map<string, SpdyStream>();
  const accept = (stream: SpdyStream) => {
    const { streamtype, port = "0", requestid = "" } = stream.headers;
    stream.on("error", () => stream.destroy());
    if (streamtype === "error") {
      errors.set(requestid, stream);
      stream.resume();
      return;
    }
    const errorStream = errors.get(requestid);
    errors.delete(requestid);
    target.connect(Number(port)).then(
      (connection) => {
        connection.once("close", () => errorStream?.end());
        join(stream, connection);
      },
      (error: unknown) => {
        errorStream?.end(refusal(target, Number(port), error));
        stream.end();
      },
    );
  };
  const connection = new SpdyConnection(
    {
      send: (frame) => {
        if (socket.readyState === WebSocket.OPEN) socket.send(frame);
      },
      drained: () => socketDrained(socket),
      failed: () => socket.close(1002),
    },
    accept,
  );
  socket.on("message", (data) => connection.receive(bytesOf(data)));
  socket.on("close", () => connection.close());
}

/** The older websocket form: port i of the query has data on channel 2i and errors on 2i+1, each opened by the port number. */
function serveChannels(socket: WebSocket, target: PortForwardTarget): void {
  const connections = new Map<number, Promise<Duplex | undefined>>();
  const send = (channel: number, bytes: Buffer) => {
    if (socket.readyState === WebSocket.OPEN) socket.send(Buffer.concat([Buffer.from([channel]), bytes]));
  };
  for (const [index, port] of target.ports.entries()) {
    const number = Buffer.alloc(2);
    number.writeUInt16LE(port);
    send(index * 2, number);
    send(index * 2 + 1, number);
    const opening = target.connect(port).then(
      (connection) => {
        connection.on("data", (chunk: Buffer) => {
          send(index * 2, chunk);
          connection.pause();
          socketDrained(socket).then(
            () => connection.resume(),
            () => connection.destroy(),
          );
        });
        connection.on("error", (error: Error) =>
          send(index * 2 + 1, Buffer.from(refusal(target, port, error))),
        );
        connection.on("close", () => {
          if (target.ports.length === 1) socket.close(1000);
        });
        return connection;
      },
      (error: unknown) => {
        send(index * 2 + 1, Buffer.from(refusal(target, port, error)));
        return undefined;
      },
    );
    connections.set(index, opening);
  }
  socket.on("message", (data) => {
    const message = bytesOf(data);
    const channel = message[0] ?? 0;
    if (channel % 2 !== 0) return;
    connections
      .get(channel / 2)
      ?.then((connection) => connection?.write(Buffer.from(message.subarray(1))))
      .catch(() => socket.close(1011));
  });
  socket.on("close", () => {
    for (const opening of connections.values()) {
      opening.then((connection) => connection?.destroy()).catch(() => socket.terminate());
    }
  });
}
