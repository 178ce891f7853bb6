import type { IncomingMessage } from "node:http";

/**
 * Which names this server answers to. A page of another origin must not reach it, not even from this very machine:
 * "same site" ignores ports, and a name that was re-bound to 127.0.0.1 carries its own Host.
 */
export interface Origins {
  hostAllowed(request: IncomingMessage): boolean;
  /** Sockets and writes: the exact origin must be there. Missing and "null" are refused. */
  originAllowed(request: IncomingMessage): boolean;
  /** Over https only, when this says so. */
  readonly secure: boolean;
  /** As browsers name them, the one for links first. */
  all(): readonly string[];
}

export function loopbackOrigins(port: () => number): Origins {
  const hosts = () => [`127.0.0.1:${port()}`, `localhost:${port()}`, `[::1]:${port()}`];
  return {
    secure: false,
    all: () => hosts().map((host) => `http://${host}`),
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

/**
 * A server with a name of its own, perhaps behind a proxy. The name comes from the settings, never from a request: no
 * X-Forwarded-Host or -Proto is read. Loopback is answered for whoever watches over this process, who reads only health.
 */
export function publicOrigins(url: URL, port: () => number): Origins {
  const loopback = loopbackOrigins(port);
  return {
    secure: url.protocol === "https:",
    all: () => [url.origin],
    hostAllowed: (request) =>
      request.headers.host === url.host ||
      (loopback.hostAllowed(request) && (request.url === "/healthz" || request.url === "/readyz")),
    originAllowed: ({ headers }) => headers.host === url.host && headers.origin === url.origin,
  };
}
