import { connect, TLSSocket } from "node:tls";
import type { Clock } from "../../base/index.ts";
import type { Connection } from "../../network/index.ts";
import type { CommonTlsContext, DownstreamTlsContext, UpstreamTlsContext } from "../../xds/index.ts";
import { HANDSHAKE_MS } from "../limits.ts";
import type { SecretStore } from "./secret-store.ts";
import { type PeerIdentity, verifyPeer } from "./verify.ts";

export interface TlsDeps {
  readonly secrets: SecretStore;
  readonly clock: Clock;
}

export interface SecureConnection {
  readonly socket: TLSSocket;
  readonly peer: PeerIdentity | undefined;
  readonly alpn: string;
}

/** `failure` is BoringSSL's name of the error as Envoy prints it, or "" when the peer just went away. */
export type Handshake = SecureConnection | { readonly failure: string };

export interface DownstreamOffer {
  readonly context: DownstreamTlsContext;
  /** What the client's hello offers; without a common protocol none is negotiated (Envoy), where OpenSSL would refuse. */
  readonly clientProtocols: readonly string[];
}

export function acceptTls(connection: Connection, offer: DownstreamOffer, deps: TlsDeps): Promise<Handshake> {
  const common = offer.context.commonTlsContext;
  const secureContext = deps.secrets.context(common);
  if (!secureContext) return Promise.resolve({ failure: SECRET_MISSING });
  const required = offer.context.requireClientCertificate ?? false;
  const protocols = (common.alpnProtocols ?? []).filter((one) => offer.clientProtocols.includes(one));
  const socket = new TLSSocket(connection, {
    isServer: true,
    secureContext,
    requestCert: required,
    rejectUnauthorized: false, // judged by verifyPeer, with our clock and names
    ...(protocols.length > 0 ? { ALPNProtocols: protocols } : {}),
  });
  return finish(socket, { common, required, event: "secure" }, deps);
}

export interface UpstreamOffer {
  readonly context: UpstreamTlsContext;
  /** Instead of the context's own list (istio.alpn filter). */
  readonly alpn?: readonly string[] | undefined;
}

export function connectTls(connection: Connection, offer: UpstreamOffer, deps: TlsDeps): Promise<Handshake> {
  const common = offer.context.commonTlsContext;
  const secureContext = deps.secrets.context(common);
  if (!secureContext) return Promise.resolve({ failure: SECRET_MISSING });
  const protocols = offer.alpn ?? common.alpnProtocols ?? [];
  const socket = connect({
    socket: connection,
    secureContext,
    rejectUnauthorized: false,
    ...(offer.context.sni ? { servername: offer.context.sni } : {}),
    ...(protocols.length > 0 ? { ALPNProtocols: [...protocols] } : {}),
  });
  return finish(socket, { common, required: true, event: "secureConnect" }, deps);
}

export const SECRET_MISSING = "Secret is not supplied by SDS";

interface Expectation {
  readonly common: CommonTlsContext;
  readonly required: boolean;
  readonly event: "secure" | "secureConnect";
}

function finish(socket: TLSSocket, expected: Expectation, deps: TlsDeps): Promise<Handshake> {
  return new Promise((resolve) => {
    const fail = (failure: string) => {
      settle({ failure });
      socket.destroy();
    };
    const timer = deps.clock.setTimeout(() => fail("handshake timeout"), HANDSHAKE_MS);
    const onError = (error: Error) => fail(boringName(error));
    const onClose = () => fail("");
    const settle = (result: Handshake) => {
      timer.dispose();
      socket.off("error", onError).off("close", onClose);
      // Its owner learns by "close"; a write that the end overtook must not take the process down.
      socket.on("error", ignore);
      resolve(result);
    };
    socket.on("error", onError).on("close", onClose);
    socket.once(expected.event, () => {
      // Node clears this only in tls.Server; node:http2 would wait for it forever.
      Object.assign(socket, { secureConnecting: false });
      const verdict = verifyPeer(socket, {
        trustedCa: known(deps.secrets.trustedCa(expected.common)),
        subjectAltNames:
          expected.common.combinedValidationContext?.defaultValidationContext.matchSubjectAltNames ??
          expected.common.validationContext?.matchSubjectAltNames ??
          [],
        required: expected.required,
        now: deps.clock.now(),
      });
      if ("failure" in verdict)
        fail(`${sslCode(verdict.failure)}:SSL routines:OPENSSL_internal:${verdict.failure}`);
      else settle({ socket, peer: verdict.peer, alpn: socket.alpnProtocol || "" });
    });
  });
}

const ignore = () => undefined;
const known = (ca: string | undefined) => (ca === "missing" ? "" : ca);

// Numbers BoringSSL gives these reasons (library 16 in the top byte, reason below).
const SSL_CODES: Readonly<Record<string, string>> = {
  WRONG_VERSION_NUMBER: "268435703",
  CERTIFICATE_VERIFY_FAILED: "268435581",
  PEER_DID_NOT_RETURN_A_CERTIFICATE: "268435655",
};
const sslCode = (reason: string) => SSL_CODES[reason] ?? "268435456";

/** OpenSSL's error in BoringSSL's words; "" for a connection that just ended. */
function boringName(error: Error): string {
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  if (/WRONG_VERSION|HTTP_REQUEST|PACKET_LENGTH|BAD_RECORD|UNEXPECTED_MESSAGE/.test(code))
    return `${sslCode("WRONG_VERSION_NUMBER")}:SSL routines:OPENSSL_internal:WRONG_VERSION_NUMBER`;
  const reason = /^ERR_SSL_(.+)$/.exec(code)?.[1];
  return reason ? `${sslCode(reason)}:SSL routines:OPENSSL_internal:${reason}` : "";
}
