import { type Fields, field, list, strings, text } from "./json.ts";
import { isDnsLabel, isIp, portProblem, push, scopedHostProblems } from "./names.ts";
import { HTTP, PROTOCOLS, TLS } from "./protocols.ts";
import { newVerdict, type Verdict, warn } from "./verdict.ts";

/** Follows ValidateGateway. */
export function validateGateway(spec: Fields, name: string): Verdict {
  const verdict = newVerdict();
  const { errors } = verdict;
  if (!isDnsLabel(name)) errors.push(`invalid gateway name: "${name}"`);
  const servers = list(spec.servers);
  if (servers.length === 0) errors.push("gateway must have at least one server");
  for (const server of servers) validateServer(server, verdict);
  const names = new Set<string>();
  for (const server of servers) {
    if (server.port === undefined) continue;
    const portName = text(server, "port", "name");
    if (names.has(portName)) errors.push(`port names in servers must be unique: duplicate name ${portName}`);
    names.add(portName);
    const protocol = text(server, "port", "protocol").toLowerCase();
    if (!HTTP.includes(protocol) && field(server, "tls", "httpsRedirect") === true)
      warn(verdict, "tls.httpsRedirect should only be used with http servers");
  }
  return verdict;
}

function validateServer(server: Fields, verdict: Verdict): void {
  const { errors } = verdict;
  const hosts = strings(server.hosts);
  if (hosts.length === 0) errors.push("server config must contain at least one host");
  for (const host of hosts) errors.push(...scopedHostProblems(host, "gateway"));
  const before = errors.length;
  validatePort(server.port, errors);
  const portIsGood = errors.length === before;
  const bind = text(server, "bind");
  if (bind && !bind.startsWith("unix://") && !isIp(bind)) errors.push(`${bind} is not a valid IP`);
  if (server.tls) validateServerTls(server.tls, verdict);
  if (!portIsGood) return;
  const protocol = text(server, "port", "protocol").toLowerCase();
  if (TLS.includes(protocol) && !server.tls)
    errors.push("server must have TLS settings for HTTPS/TLS protocols");
  else if (!TLS.includes(protocol) && server.tls) {
    if (!HTTP.includes(protocol)) errors.push("server cannot have TLS settings for non HTTPS/TLS ports");
    else if (text(server, "tls", "mode") !== "PASSTHROUGH" && hasMore(server.tls))
      errors.push("server cannot have TLS settings for plain text HTTP ports");
  }
}

/** Whether TLS settings of a plain HTTP server say more than `httpsRedirect`. */
const hasMore = (tls: unknown): boolean =>
  ["mode", "credentialName", "caCertificates", "privateKey", "serverCertificate"].some((name) =>
    text(tls, name),
  );

function validatePort(port: unknown, errors: string[]): void {
  if (port === undefined || port === null) {
    errors.push("port is required");
    return;
  }
  const protocol = text(port, "protocol");
  if (!PROTOCOLS.includes(protocol.toLowerCase()))
    errors.push(
      `invalid protocol "${protocol}", supported protocols are HTTP, HTTP2, GRPC, GRPC-WEB, MONGO, REDIS, MYSQL, TCP`,
    );
  push(errors, portProblem(Number(field(port, "number") ?? 0)));
  if (Number(field(port, "targetPort") ?? 0) > 0) errors.push("targetPort has no impact on Gateways");
  if (!text(port, "name"))
    errors.push(`port name must be set: number:${text(port, "number")} protocol:"${protocol}"`);
}

export function validateServerTls(tls: unknown, verdict: Verdict): void {
  const { errors } = verdict;
  // The first of the protocol's modes is PASSTHROUGH: that is what none means.
  const mode = text(tls, "mode") || "PASSTHROUGH";
  const given = (name: string) => text(tls, name) !== "";
  if (mode === "ISTIO_MUTUAL") {
    if (given("serverCertificate")) errors.push("ISTIO_MUTUAL TLS cannot have associated server certificate");
    if (given("privateKey")) errors.push("ISTIO_MUTUAL TLS cannot have associated private key");
    if (given("caCertificates")) errors.push("ISTIO_MUTUAL TLS cannot have associated CA bundle");
    if (given("credentialName")) errors.push("ISTIO_MUTUAL TLS cannot have associated credentialName");
    return;
  }
  if (mode.endsWith("PASSTHROUGH") && hasMore({ ...Object(tls), mode: "" }))
    warn(verdict, `${mode} mode does not use certificates, they will be ignored`);
  if (given("credentialName") || mode.endsWith("PASSTHROUGH")) return;
  const kind = mode === "SIMPLE" ? "SIMPLE" : "MUTUAL";
  if (!given("serverCertificate")) errors.push(`${kind} TLS requires a server certificate`);
  if (!given("privateKey")) errors.push(`${kind} TLS requires a private key`);
  if (kind === "MUTUAL" && !given("caCertificates")) errors.push("MUTUAL TLS requires a client CA bundle");
}
