import type { Gateway, GatewayServer } from "../model/networking.ts";
import { type Findings, noFindings } from "./findings.ts";

const PROTOCOLS = ["HTTP", "HTTPS", "GRPC", "GRPC-WEB", "HTTP2", "MONGO", "TCP", "TLS", "MYSQL", "REDIS"];
const ENDS_TLS = new Set(["HTTPS", "TLS"]);

/** Follows pkg/config/validation ValidateGateway. */
export function validateGateway({ spec }: Gateway): Findings {
  const findings = noFindings();
  const servers = spec.servers ?? [];
  if (servers.length === 0) findings.errors.push("gateway must have at least one server");
  const names = new Set<string>();
  for (const server of servers) {
    validateServer(server, findings);
    const { name } = server.port;
    if (names.has(name)) findings.errors.push(`port names in servers must be unique: duplicate name ${name}`);
    names.add(name);
  }
  return findings;
}

function validateServer({ port, hosts, tls }: GatewayServer, { errors, warnings }: Findings): void {
  const protocol = port.protocol.toUpperCase();
  if (hosts.length === 0) errors.push("server config must contain at least one host");
  if (!PROTOCOLS.includes(protocol))
    errors.push(
      `invalid protocol "${port.protocol}", supported protocols are HTTP, HTTP2, GRPC, GRPC-WEB, MONGO, REDIS, MYSQL, TCP`,
    );
  if (port.number < 1 || port.number > 65535)
    errors.push(`port number ${port.number} must be in the range 1..65535`);
  const secure = ENDS_TLS.has(protocol);
  if (secure && !tls) errors.push("server must have TLS settings for HTTPS/TLS protocols");
  if (!tls) return;
  if (!secure && tls.mode !== undefined)
    errors.push("server cannot have TLS settings for non HTTPS/TLS ports");
  if (tls.httpsRedirect && secure) warnings.push("tls.httpsRedirect should only be used with http servers");
  if (!secure || tls.credentialName) return;
  const mode = tls.mode ?? "SIMPLE";
  if (mode === "SIMPLE" || mode === "MUTUAL" || mode === "OPTIONAL_MUTUAL") {
    if (!tls.serverCertificate) errors.push(`${mode} TLS requires a server certificate`);
    if (!tls.privateKey) errors.push(`${mode} TLS requires a private key`);
  }
  if (mode !== "SIMPLE" && mode.endsWith("MUTUAL") && mode !== "ISTIO_MUTUAL" && !tls.caCertificates)
    errors.push(`${mode} TLS requires a client CA bundle`);
}
