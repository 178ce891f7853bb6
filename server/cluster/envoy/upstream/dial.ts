import type { Duplex } from "node:stream";
import type { Clock, Disposable } from "../../base/index.ts";
import type { Connection, PodNetwork } from "../../network/index.ts";
import type { UpstreamTlsContext } from "../../xds/index.ts";
import { connectTls } from "../tls/handshake.ts";
import type { SecretStore } from "../tls/secret-store.ts";
import type { PeerIdentity } from "../tls/verify.ts";
import { DialError } from "./dial-error.ts";

/** The user id of Envoy in a meshed pod; the redirect rules leave it alone. */
export const PROXY_UID = 1337;

export interface DialTarget {
  readonly address: string;
  readonly port: number;
  readonly tls: UpstreamTlsContext | undefined;
  readonly alpn?: readonly string[] | undefined;
  readonly timeout: number;
  /** upstreamBindConfig: 127.0.0.6 on the inbound side. */
  readonly localAddress?: string | undefined;
}

export interface UpstreamSocket {
  readonly socket: Duplex;
  readonly raw: Connection;
  readonly peer: PeerIdentity | undefined;
  readonly alpn: string;
}

export type Dialer = (target: DialTarget) => Promise<UpstreamSocket>;

export interface DialDeps {
  readonly network: PodNetwork;
  readonly secrets: SecretStore;
  readonly clock: Clock;
}

/** Opens upstream connections as the proxy's user, with TLS when the target says so. */
export function createDialer(deps: DialDeps): Dialer {
  return async (target) => {
    const raw = await open(target, deps);
    if (!target.tls) return { socket: raw, raw, peer: undefined, alpn: "" };
    const secured = await connectTls(raw, { context: target.tls, alpn: target.alpn }, deps);
    if ("failure" in secured) {
      raw.destroy();
      // Envoy 1.29 puts OpenSSL's errors between these two marks.
      const reason = secured.failure ? `TLS_error:|${secured.failure}:TLS_error_end` : "";
      throw new DialError("remote connection failure", reason);
    }
    return { socket: secured.socket, raw, peer: secured.peer, alpn: secured.alpn };
  };
}

async function open(target: DialTarget, deps: DialDeps): Promise<Connection> {
  const connecting = deps.network.connect({
    host: target.address,
    port: target.port,
    uid: PROXY_UID,
    allowHalfOpen: false,
    ...(target.localAddress ? { localAddress: target.localAddress } : {}),
  });
  let timer: Disposable | undefined;
  const late = new Promise<"late">((resolve) => {
    timer = deps.clock.setTimeout(() => resolve("late"), target.timeout);
  });
  try {
    const first = await Promise.race([connecting, late]);
    if (first !== "late") return first;
    connecting.then(
      (connection) => connection.destroy(),
      () => undefined,
    );
    throw new DialError("connection timeout", "");
  } catch (error) {
    if (error instanceof DialError) throw error;
    throw failure(error);
  } finally {
    timer?.dispose();
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "delayed connect error: Connection refused",
  EHOSTUNREACH: "delayed connect error: No route to host",
  ECONNRESET: "delayed connect error: Connection reset by peer",
  ENOTFOUND: "delayed connect error: No route to host",
};

function failure(error: unknown): unknown {
  const code = error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
  if (code === "ETIMEDOUT") return new DialError("connection timeout", "");
  const reason = REASONS[code];
  return reason ? new DialError("remote connection failure", reason) : error;
}
