/** What a service port speaks, as far as its declaration says. AUTO: nobody said, the proxy has to look. */
export type Protocol = "HTTP" | "HTTP2" | "GRPC" | "GRPC-Web" | "HTTPS" | "TLS" | "TCP" | "UDP" | "AUTO";

const BY_NAME: Readonly<Record<string, Protocol>> = {
  http: "HTTP",
  http2: "HTTP2",
  grpc: "GRPC",
  "grpc-web": "GRPC-Web",
  https: "HTTPS",
  tls: "TLS",
  tcp: "TCP",
  mongo: "TCP",
  mysql: "TCP",
  redis: "TCP",
  udp: "UDP",
};

const BY_APP_PROTOCOL: Readonly<Record<string, Protocol>> = {
  ...BY_NAME,
  "kubernetes.io/h2c": "HTTP2",
  "kubernetes.io/ws": "HTTP",
  "kubernetes.io/wss": "HTTPS",
};

// SMTP, DNS, MySQL and MongoDB: the server speaks first, so looking at the client's first bytes would hang.
const WELL_KNOWN_TCP = new Set([25, 53, 3306, 27017]);

export interface PortDeclaration {
  readonly name?: string;
  readonly port: number;
  readonly protocol?: string;
  readonly appProtocol?: string;
}

/** Follows pkg/config/kube ConvertProtocol: appProtocol, then the name's prefix, then well-known ports. */
export function protocolOf({ name = "", port, protocol, appProtocol }: PortDeclaration): Protocol {
  if (protocol === "UDP") return "UDP";
  if (appProtocol) return BY_APP_PROTOCOL[appProtocol.toLowerCase()] ?? "AUTO";
  const lower = name.toLowerCase();
  if (lower === "grpc-web" || lower.startsWith("grpc-web-")) return "GRPC-Web";
  const [prefix = ""] = lower.split("-");
  const named = BY_NAME[prefix];
  if (named) return named;
  return WELL_KNOWN_TCP.has(port) ? "TCP" : "AUTO";
}

/** ServiceEntry and Gateway write the protocol out. */
export function declaredProtocol(text: string | undefined): Protocol {
  return BY_NAME[(text ?? "").toLowerCase()] ?? "AUTO";
}

export const isHttp = (protocol: Protocol): boolean =>
  protocol === "HTTP" || protocol === "HTTP2" || protocol === "GRPC" || protocol === "GRPC-Web";

export const isHttp2 = (protocol: Protocol): boolean => protocol === "HTTP2" || protocol === "GRPC";

export const isTls = (protocol: Protocol): boolean => protocol === "HTTPS" || protocol === "TLS";
