import type { Cancel, UpstreamListener, UpstreamRequest } from "../http/upstream.ts";
import { Http1ClientConnection } from "../http1/client-connection.ts";
import { Http2ClientConnection } from "../http2/client-connection.ts";
import type { UpstreamSocket } from "./dial.ts";

/** A connection that carries requests, whichever HTTP it speaks. */
export interface Carrier {
  /** Several requests at a time. */
  readonly shared: boolean;
  readonly usable: boolean;
  /** Requests begun on it, and those under way. */
  readonly served: number;
  readonly active: number;
  start(request: UpstreamRequest, listener: UpstreamListener): Cancel;
  /** No further requests. */
  retire(): void;
  destroy(): void;
}

export interface CarrierOwner {
  /** It can take (another) request. */
  idle(): void;
  closed(): void;
  bug(error: unknown): void;
}

export function http1Carrier(facts: UpstreamSocket, owner: CarrierOwner): Carrier {
  let retired = false;
  const connection = new Http1ClientConnection(facts, owner);
  return {
    shared: false,
    get usable() {
      return !retired && connection.usable;
    },
    get served() {
      return connection.served;
    },
    get active() {
      return connection.busy ? 1 : 0;
    },
    start: (request, listener) => connection.start(request, listener),
    retire() {
      retired = true;
      if (!connection.busy) connection.destroy();
    },
    destroy: () => connection.destroy(),
  };
}

export function http2Carrier(facts: UpstreamSocket, owner: CarrierOwner): Carrier {
  const connection = new Http2ClientConnection(facts, owner);
  return {
    shared: true,
    get usable() {
      return connection.usable && connection.room > 0;
    },
    get served() {
      return connection.served;
    },
    get active() {
      return connection.active;
    },
    start: (request, listener) => connection.start(request, listener),
    retire: () => connection.retire(),
    destroy: () => connection.destroy(),
  };
}
