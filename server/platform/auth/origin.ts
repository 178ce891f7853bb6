import type { IncomingMessage } from "node:http";

/**
 * Which names this server answers to. A page of another origin must not reach it, not even from this very machine:
 * "same site" ignores ports, and a name that was re-bound to 127.0.0.1 carries its own Host.
 */
export interface Origins {
  hostAllowed(request: IncomingMessage): boolean;
  /** Sockets and writes: the exact origin must be there. Missing and "null" are refused. */
  originAllowed(request: IncomingMessage): boolean;
}

export function loopbackOrigins(port: () => number): Origins {
  const hosts = () => [`127.0.0.1:${port()}`, `localhost:${port()}`, `[::1]:${port()}`];
  return {
    hostAllowed: ({ headers }) => headers.host !== undefined && hosts().includes(headers.host),
    originAllowed({ headers }) {
      // The very host that was asked: a page on http://localhost may not speak for one on http://127.0.0.1.
      return (
        headers.host !== undefined &&
        hosts().includes(headers.host) &&
        headers.origin === `http://${headers.host}`
      );
    },
  };
}
