import { constants } from "node:os";
import type { NetworkError } from "./types.ts";

interface Facts {
  readonly syscall: string;
  readonly address?: string;
  readonly port?: number;
  readonly hostname?: string;
}

type SocketCode =
  | "ECONNREFUSED"
  | "EHOSTUNREACH"
  | "ETIMEDOUT"
  | "ECONNRESET"
  | "EPIPE"
  | "EADDRINUSE"
  | "EACCES";

/** As Node words it: `connect ECONNREFUSED 10.42.0.12:8080`, with `errno`, `syscall`, `address` and `port`. */
export function socketError(code: SocketCode, facts: Facts): NetworkError {
  const where = facts.address === undefined ? "" : ` ${facts.address}:${facts.port}`;
  return Object.assign(new Error(`${facts.syscall} ${code}${where}`), {
    code,
    errno: -constants.errno[code],
    ...facts,
  });
}

/** As Node's dns.lookup words it. -3008 is libuv's number for it. */
export function unknownName(hostname: string): NetworkError {
  const facts = { code: "ENOTFOUND", errno: -3008, syscall: "getaddrinfo", hostname };
  return Object.assign(new Error(`getaddrinfo ENOTFOUND ${hostname}`), facts);
}

export function isNetworkError(error: unknown): error is NetworkError {
  return error instanceof Error && "code" in error && typeof error.code === "string";
}
