import net from "node:net";
import type { Clock, Disposable, Logger } from "../base/index.ts";
import type { Endpoint } from "./connection.ts";
import { EDGE_RETRY_MS, MAX_EDGE_CONNECTIONS } from "./limits.ts";
import type { Connection, PodNetwork } from "./types.ts";

export interface CarrierDeps {
  /** Whose address the cluster sees as the client's. */
  readonly node: PodNetwork;
  readonly logger: Logger;
}

/** The connections that real sockets have into the cluster; they outlive the listener that took them. */
export class Carrier implements Disposable {
  private readonly sockets = new Set<net.Socket>();

  constructor(private readonly deps: CarrierDeps) {}

  carry(socket: net.Socket, target: { readonly host: string; readonly port: number } | undefined): void {
    if (!target || this.sockets.size >= MAX_EDGE_CONNECTIONS) {
      socket.resetAndDestroy();
      return;
    }
    this.sockets.add(socket);
    socket.once("close", () => this.sockets.delete(socket));
    socket.on("error", (error) =>
      this.deps.logger.debug({ error: error.message }, "an edge connection failed"),
    );
    this.deps.node.connect(target).then(
      (connection) => join(socket, connection),
      () => socket.resetAndDestroy(),
    );
  }

  dispose(): void {
    for (const socket of this.sockets) socket.destroy();
  }
}

export interface EdgeDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Takes what the edge accepts. */
  readonly accept: (socket: net.Socket) => void;
}

/** One real TCP listener that comes and goes with what it stands for. Connections already taken go on. */
export class Edge implements Disposable {
  private server: net.Server | undefined;
  private retry: Disposable | undefined;
  private failures = 0;
  private disposed = false;

  constructor(
    private readonly deps: EdgeDeps,
    private readonly at: Endpoint,
  ) {}

  open(): void {
    if (this.server || this.retry || this.disposed) return;
    const { logger, clock, accept } = this.deps;
    const server = net.createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true }, accept);
    server.on("error", (error) => {
      if (this.server !== server) return;
      this.server = undefined;
      if (this.failures === 0)
        logger.warn({ error: error.message, ...this.at }, "an edge could not listen; trying again");
      const pause = EDGE_RETRY_MS[Math.min(this.failures, EDGE_RETRY_MS.length - 1)] ?? 0;
      this.failures += 1;
      this.retry = clock.setTimeout(() => {
        this.retry = undefined;
        this.open();
      }, pause);
    });
    // Closed before it listened, it would listen for ever: Node looks its address up in between.
    server.once("listening", () => {
      if (this.server !== server) server.close();
    });
    server.listen(this.at.port, this.at.address);
    this.server = server;
  }

  close(): void {
    this.retry?.dispose();
    this.retry = undefined;
    this.failures = 0;
    this.server?.close();
    this.server = undefined;
  }

  dispose(): void {
    this.disposed = true;
    this.close();
  }
}

/** Both ways with back-pressure; an end is passed on as an end, a failure as a reset. */
function join(socket: net.Socket, connection: Connection): void {
  socket.pipe(connection);
  connection.pipe(socket);
  socket.once("error", () => connection.reset());
  connection.once("error", () => socket.resetAndDestroy());
  socket.once("close", () => connection.destroy());
  connection.once("close", () => {
    if (!socket.writableEnded) socket.destroySoon();
  });
}
