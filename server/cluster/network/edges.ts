import net from "node:net";
import { type Clock, type Disposable, DisposableStore, type Logger } from "../base/index.ts";
import { MAX_EDGE_CONNECTIONS } from "./limits.ts";
import type { PracticeNetwork } from "./practice-network.ts";
import type { ServiceEntry } from "./services.ts";
import type { Connection } from "./types.ts";

export interface EdgeDeps {
  readonly network: PracticeNetwork;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Real port for each port of a load balancer service, e.g. {80: 31080, 443: 31443}. Stable over restarts: the caller remembers. */
  readonly ports: Readonly<Record<number, number>>;
  /** Where to listen. Default 127.0.0.1. */
  readonly host?: string;
}

/**
 * Real TCP listeners in front of the load balancer services of the cluster. A listener is open only while a ready
 * endpoint of its service port really listens in its pod, so that a client sees a real "connection refused" else.
 */
export function openEdges(deps: EdgeDeps): Disposable {
  const owned = new DisposableStore();
  const edges = Object.entries(deps.ports).map(([servicePort, realPort]) =>
    owned.add(new Edge(deps, Number(servicePort), realPort)),
  );
  let scheduled = false;
  const check = () => {
    scheduled = false;
    for (const edge of edges) edge.check();
  };
  // Changes come in bursts; one look after each is enough.
  const changed = () => {
    if (scheduled) return;
    scheduled = true;
    queueMicrotask(check);
  };
  owned.add(deps.network.onChange(changed));
  check();
  return owned;
}

/** Ports nobody uses now, for the first start of a workspace. */
export async function chooseFreePorts(count: number, host = "127.0.0.1"): Promise<readonly number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = net.createServer();
      await new Promise<void>((resolve, reject) => server.once("error", reject).listen(0, host, resolve));
      return server;
    }),
  );
  const ports = servers.map((server) => {
    const address = server.address();
    return typeof address === "object" && address ? address.port : 0;
  });
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

const RETRY_MS = 1000;

class Edge implements Disposable {
  private server: net.Server | undefined;
  private readonly sockets = new Set<net.Socket>();
  private retry: Disposable | undefined;
  private disposed = false;

  constructor(
    private readonly deps: EdgeDeps,
    private readonly servicePort: number,
    private readonly realPort: number,
  ) {}

  check(): void {
    if (this.disposed) return;
    const open = this.target() !== undefined;
    if (open && !this.server) this.open();
    if (!open && this.server) this.close();
  }

  dispose(): void {
    this.disposed = true;
    this.close();
    for (const socket of this.sockets) socket.destroy();
  }

  /** The service that this port leads to: the first load balancer with a listening endpoint for it. */
  private target(): ServiceEntry | undefined {
    const { network } = this.deps;
    return network
      .allServices()
      .find(
        ({ loadBalancer, ports }) =>
          loadBalancer &&
          ports.some(
            ({ port, endpoints }) =>
              port === this.servicePort && endpoints.some((endpoint) => network.listens(endpoint)),
          ),
      );
  }

  private open(): void {
    const { host = "127.0.0.1", logger, clock } = this.deps;
    const server = net.createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true }, (socket) =>
      this.carry(socket),
    );
    server.on("error", (error) => {
      logger.warn({ error: error.message, port: this.realPort }, "an edge could not listen; trying again");
      if (this.server === server) this.server = undefined;
      this.retry = clock.setTimeout(() => this.check(), RETRY_MS);
    });
    server.listen(this.realPort, host);
    this.server = server;
  }

  /** Connections already open go on, as they would through a proxy that drains. */
  private close(): void {
    this.retry?.dispose();
    this.server?.close();
    this.server = undefined;
  }

  private carry(socket: net.Socket): void {
    const service = this.target();
    if (!service || this.sockets.size >= MAX_EDGE_CONNECTIONS) {
      socket.resetAndDestroy();
      return;
    }
    this.sockets.add(socket);
    socket.once("close", () => this.sockets.delete(socket));
    socket.on("error", (error) =>
      this.deps.logger.debug({ error: error.message }, "an edge connection failed"),
    );
    const host = `${service.name}.${service.namespace}.svc.cluster.local`;
    this.deps.network.node.connect({ host, port: this.servicePort }).then(
      (connection) => join(socket, connection),
      () => socket.resetAndDestroy(),
    );
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
