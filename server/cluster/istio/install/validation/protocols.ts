/** Protocols of ports as Istio knows them, in small letters (pkg/config/protocol). */
export const HTTP = ["http", "http2", "grpc", "grpc-web", "http_proxy"];
export const TLS = ["https", "tls"];
export const PROTOCOLS = [...HTTP, ...TLS, "tcp", "udp", "mongo", "redis", "mysql"];

export const isHttp = (protocol: string): boolean => HTTP.includes(protocol.toLowerCase());
export const isTls = (protocol: string): boolean => TLS.includes(protocol.toLowerCase());

/** Empty: it is found out by looking. */
export const protocolProblem = (protocol: string): string | undefined =>
  protocol === "" || PROTOCOLS.includes(protocol.toLowerCase())
    ? undefined
    : `unsupported protocol: ${protocol}`;
