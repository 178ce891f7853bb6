import { type Disposable, toDisposable } from "../base/index.ts";
import { isLoopback } from "./addresses.ts";
import { type ConnectionPlan, connectionPair, type Endpoint } from "./connection.ts";
import { deliver } from "./delivery.ts";
import { socketError } from "./errors.ts";
import { FIRST_EPHEMERAL_PORT, LAST_EPHEMERAL_PORT, MAX_CONNECTIONS_PER_POD } from "./limits.ts";
import type { Connection, RedirectRules } from "./types.ts";

interface Listener {
  readonly address: "0.0.0.0" | "127.0.0.1";
  readonly accept: (connection: Connection) => void;
}

/** The TCP stack of one network namespace: its listeners, its open connections, its redirect rules. */
export class PodStack {
  rules: RedirectRules | undefined;
  private readonly listeners = new Map<number, Listener>();
  private readonly open = new Set<Connection>();
  private nextPort = FIRST_EPHEMERAL_PORT;
  private down = false;

  constructor(
    readonly ip: string,
    private readonly onListenersChange: () => void,
  ) {}

  listen(port: number, listener: Listener): Disposable {
    if (this.listeners.has(port))
      throw socketError("EADDRINUSE", { syscall: "listen", address: listener.address, port });
    this.listeners.set(port, listener);
    this.onListenersChange();
    return toDisposable(() => {
      if (this.listeners.get(port) === listener) this.listeners.delete(port);
      this.onListenersChange();
    });
  }

  /** Whether a connection arriving at this destination finds a listener. */
  accepts(destination: Endpoint): boolean {
    const listener = this.listeners.get(destination.port);
    return (
      !this.down &&
      listener !== undefined &&
      (listener.address === "0.0.0.0" || isLoopback(destination.address))
    );
  }

  /** Ports with a listener that is not the pod's own business. */
  ports(): readonly number[] {
    return [...this.listeners].flatMap(([port, { address }]) => (address === "0.0.0.0" ? [port] : []));
  }

  /** Throws ECONNREFUSED when nobody listens; `dialled` is what the error names. */
  accept(plan: ConnectionPlan): Connection {
    const listener = this.listeners.get(plan.server.port);
    if (!listener || !this.accepts(plan.server) || this.open.size >= MAX_CONNECTIONS_PER_POD)
      throw socketError("ECONNREFUSED", { syscall: "connect", ...plan.dialled });
    const { client, server } = connectionPair(plan);
    this.own(server);
    deliver(() => listener.accept(server));
    return client;
  }

  /** Connections of this namespace die with it. */
  own(connection: Connection): void {
    this.open.add(connection);
    connection.once("close", () => this.open.delete(connection));
  }

  ephemeralPort(): number {
    const port = this.nextPort;
    this.nextPort = port >= LAST_EPHEMERAL_PORT ? FIRST_EPHEMERAL_PORT : port + 1;
    return port;
  }

  /** The namespace is torn down: nothing listens, peers see a reset. */
  shutdown(): void {
    this.down = true;
    this.listeners.clear();
    for (const connection of this.open) connection.reset();
    this.onListenersChange();
  }
}
