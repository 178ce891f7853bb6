import net from "node:net";
import { WebSocket } from "ws";
import { apiUrl, authorization, tlsOptions } from "./client.ts";
import type { KubeAccess } from "./kubeconfig.ts";
import { MAX_FORWARD_BUFFER_BYTES, MAX_FORWARDED_CONNECTIONS } from "./limits.ts";

/** Channels of v4.channel.k8s.io for the first port: its data, and why it failed. Each begins with the port's two bytes. */
const DATA = 0;
const PORT_BYTES = 2;
const HANDSHAKE_TIMEOUT_MS = 30_000;
const RESUME_MS = 10;

export interface ForwardTarget {
  readonly namespace: string;
  readonly pod: string;
  readonly port: number;
}

export interface Listening {
  /** `localhost`, or an address; `localhost` listens on both loopbacks where there are two. */
  readonly address: string;
  /** 0 for any free one. */
  readonly port: number;
  /** A connection that could not be forwarded. */
  failed(reason: string): void;
}

export interface Forwarding {
  readonly port: number;
  close(): Promise<void>;
}

/** Forwards connections to a local port through the API server. Rejects with the error of listening. */
export async function forwardPort(
  access: KubeAccess,
  target: ForwardTarget,
  { address, port, failed }: Listening,
): Promise<Forwarding> {
  const open = new Set<net.Socket>();
  const accept = (socket: net.Socket) => {
    if (open.size >= MAX_FORWARDED_CONNECTIONS) {
      socket.destroy();
      return;
    }
    open.add(socket);
    socket.once("close", () => open.delete(socket));
    forwardConnection(access, target, { socket, failed });
  };
  const first = await listen(address === "localhost" ? "127.0.0.1" : address, port, accept);
  const servers = [first];
  // The other loopback, as client-go tries it; a machine without it has one.
  if (address === "localhost")
    await listen("::1", first.port, accept).then(
      (second) => servers.push(second),
      () => undefined,
    );
  return {
    port: first.port,
    async close() {
      for (const socket of open) socket.destroy();
      await Promise.all(
        servers.map(({ server }) => new Promise<void>((resolve) => server.close(() => resolve()))),
      );
    },
  };
}

function listen(
  host: string,
  port: number,
  accept: (socket: net.Socket) => void,
): Promise<{ server: net.Server; port: number }> {
  return new Promise((resolve, reject) => {
    const server = net.createServer({ allowHalfOpen: true }, accept);
    server.once("error", reject);
    server.listen({ host, port }, () => {
      server.off("error", reject);
      const bound = server.address();
      resolve({ server, port: typeof bound === "object" && bound ? bound.port : port });
    });
  });
}

interface Local {
  readonly socket: net.Socket;
  failed(reason: string): void;
}

/** One connection, one websocket. A side that waits makes the other side wait. */
function forwardConnection(access: KubeAccess, target: ForwardTarget, { socket, failed }: Local): void {
  const { namespace, pod, port } = target;
  const url = apiUrl(access, `/api/v1/namespaces/${namespace}/pods/${pod}/portforward`, {
    ports: String(port),
  });
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  const remote = new WebSocket(url, ["v4.channel.k8s.io"], {
    ...tlsOptions(access),
    headers: { ...authorization(access), "user-agent": "istioctl" },
    handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
  });
  const greeted = new Set<number>();
  remote.on("open", () => socket.resume());
  remote.on("message", (message: Buffer) => {
    const channel = message[0] ?? 0;
    const greeting = greeted.has(channel) ? 0 : PORT_BYTES;
    greeted.add(channel);
    const bytes = message.subarray(1 + greeting);
    if (bytes.length === 0) return;
    if (channel !== DATA) failed(bytes.toString("utf8"));
    else if (!socket.write(bytes)) {
      remote.pause();
      socket.once("drain", () => remote.resume());
    }
  });
  remote.on("error", (error) => {
    failed(error.message);
    socket.destroy();
  });
  remote.on("close", () => socket.end());
  socket.pause();
  socket.on("data", (bytes: Buffer) => {
    remote.send(Buffer.concat([Buffer.from([DATA]), bytes]));
    if (remote.bufferedAmount > MAX_FORWARD_BUFFER_BYTES) waitFor(remote, socket);
  });
  // The protocol has no half-closed connection: the other side may still be answering.
  socket.on("error", () => remote.terminate());
  socket.on("close", () => remote.close());
}

function waitFor(remote: WebSocket, socket: net.Socket): void {
  socket.pause();
  const timer = setInterval(() => {
    if (remote.bufferedAmount > MAX_FORWARD_BUFFER_BYTES && remote.readyState === WebSocket.OPEN) return;
    clearInterval(timer);
    socket.resume();
  }, RESUME_MS);
}
