import { isNetworkError } from "../../network/index.ts";

/** A failed transfer: curl's exit code and its words after `curl: (N) `. */
export class CurlError extends Error {
  constructor(
    readonly exitCode: number,
    message: string,
  ) {
    super(message);
  }
}

export interface Attempt {
  readonly host: string;
  readonly port: number;
  readonly startedAt: number;
  readonly now: number;
  readonly phase: "connect" | "tls" | "transfer";
  readonly received: number;
}

/** Names the failure as curl 8.5 does. */
export function curlError(error: unknown, attempt: Attempt): CurlError {
  if (error instanceof CurlError) return error;
  const { host, port, phase } = attempt;
  const code = isNetworkError(error) ? error.code : "";
  const elapsed = Math.max(0, Math.round(attempt.now - attempt.startedAt));
  if (code === "ENOTFOUND") return new CurlError(6, `Could not resolve host: ${host}`);
  if (phase === "connect")
    return new CurlError(
      7,
      `Failed to connect to ${host} port ${port} after ${elapsed} ms: Couldn't connect to server`,
    );
  if (phase === "tls") return tlsError(error, code, { host, port });
  // Node names a connection that ended before any answer by a reset of its own making.
  if (error instanceof Error && error.message === "socket hang up")
    return new CurlError(52, "Empty reply from server");
  if (code === "ECONNRESET" || code === "EPIPE")
    return new CurlError(56, "Recv failure: Connection reset by peer");
  if (code.startsWith("HPE_")) return parserError(code);
  if (error instanceof Error && error.message === "aborted")
    return new CurlError(18, "transfer closed with outstanding read data remaining");
  return new CurlError(56, `Recv failure: ${error instanceof Error ? error.message : String(error)}`);
}

function parserError(code: string): CurlError {
  return code === "HPE_INVALID_CONSTANT"
    ? new CurlError(1, "Received HTTP/0.9 when not allowed")
    : new CurlError(8, "Weird server reply");
}

function tlsError(error: unknown, code: string, { host, port }: { host: string; port: number }): CurlError {
  if (code === "ECONNRESET") {
    const hungUp = error instanceof Error && /disconnected before secure/.test(error.message);
    return hungUp
      ? new CurlError(35, `TLS connect error: unexpected eof while reading`)
      : new CurlError(35, `OpenSSL SSL_connect: Connection reset by peer in connection to ${host}:${port} `);
  }
  const text = error instanceof Error ? error.message : String(error);
  const found = /error:([0-9A-F]{8}):([^:]*):([^:]*):([^:]*)/.exec(text);
  if (found) return new CurlError(35, `OpenSSL/3.1.4: error:${found[1]}:SSL routines::${found[4]}`);
  return new CurlError(35, text);
}

const VERIFY_TEXTS: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: "self-signed certificate",
  SELF_SIGNED_CERT_IN_CHAIN: "self-signed certificate in certificate chain",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "unable to get local issuer certificate",
  UNABLE_TO_GET_ISSUER_CERT: "unable to get issuer certificate",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "unable to get local issuer certificate",
  CERT_HAS_EXPIRED: "certificate has expired",
  CERT_NOT_YET_VALID: "certificate is not yet valid",
};

export function verifyError(code: string, host: string): CurlError {
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID")
    return new CurlError(
      60,
      `SSL: no alternative certificate subject name matches target host name '${host}'`,
    );
  return new CurlError(60, `SSL certificate problem: ${VERIFY_TEXTS[code] ?? code}`);
}

/** What curl adds after a failed verification. */
export const VERIFY_HELP = `More details here: https://curl.se/docs/sslcerts.html

curl failed to verify the legitimacy of the server and therefore could not
establish a secure connection to it. To learn more about this situation and
how to fix it, please visit the web page mentioned above.
`;
