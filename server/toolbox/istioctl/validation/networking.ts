import { field, type Json, list, strings, text } from "../json.ts";
import {
  durationProblem,
  exportToProblems,
  fqdnProblem,
  isDnsLabel,
  isIp,
  portProblem,
  scopedHostProblems,
  wildcardDomainProblem,
} from "./names.ts";
import { newVerdict, type Verdict, warn } from "./verdict.ts";

const HTTP = ["http", "http2", "grpc", "grpc-web", "http_proxy"];
const TLS = ["https", "tls"];
const PROTOCOLS = [...HTTP, ...TLS, "tcp", "udp", "mongo", "redis", "mysql"];

const push = (errors: string[], problem: string | undefined): void => {
  if (problem !== undefined) errors.push(problem);
};

/** Follows ValidateGateway. */
export function validateGateway(spec: Json, name: string): Verdict {
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

function validateServer(server: Json, verdict: Verdict): void {
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

function validateServerTls(tls: unknown, verdict: Verdict): void {
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

/** Follows ValidateDestinationRule. */
export function validateDestinationRule(spec: Json, namespace: string): Verdict {
  const verdict = newVerdict();
  const { errors } = verdict;
  push(errors, wildcardDomainProblem(text(spec, "host")));
  validatePolicy(spec.trafficPolicy, verdict);
  for (const subset of list(spec.subsets)) {
    const name = text(subset, "name");
    if (!name) errors.push("subset name cannot be empty");
    else if (!isDnsLabel(name)) errors.push(`subset name is invalid: ${name}`);
    validatePolicy(subset.trafficPolicy, verdict);
  }
  errors.push(...exportToProblems(strings(spec.exportTo), namespace));
  return verdict;
}

const POLICY = ["outlierDetection", "connectionPool", "loadBalancer", "tls"];

function validatePolicy(policy: unknown, verdict: Verdict): void {
  if (policy === undefined || policy === null) return;
  const says = (value: unknown, names: readonly string[]) =>
    names.some((name) => field(value, name) !== undefined);
  if (!says(policy, [...POLICY, "portLevelSettings", "tunnel", "proxyProtocol"])) {
    verdict.errors.push("traffic policy must have at least one field");
    return;
  }
  validateSettings(policy, verdict);
  for (const settings of list(field(policy, "portLevelSettings"))) {
    if (!settings.port) verdict.errors.push("portTrafficPolicy must have valid port");
    if (says(settings, POLICY)) validateSettings(settings, verdict);
    else verdict.errors.push("port traffic policy must have at least one field");
  }
}

function validateSettings(policy: unknown, verdict: Verdict): void {
  const { errors } = verdict;
  const outlier = field(policy, "outlierDetection");
  for (const name of ["baseEjectionTime", "interval"])
    if (text(outlier, name)) push(errors, durationProblem(text(outlier, name)));
  if (Number(field(outlier, "consecutiveErrors") ?? 0) !== 0)
    warn(
      verdict,
      "outlier detection consecutive errors is deprecated, use consecutiveGatewayErrors or consecutive5xxErrors instead",
    );
  for (const name of ["maxEjectionPercent", "minHealthPercent"]) {
    const value = Number(field(outlier, name) ?? 0);
    if (value < 0 || value > 100) errors.push(`percentage ${value} is not in range 0..100`);
  }
  const cookie = field(policy, "loadBalancer", "consistentHash", "httpCookie");
  if (cookie !== undefined && !text(cookie, "name")) errors.push("name required for HttpCookie");
  const tls = field(policy, "tls");
  if (text(tls, "mode") !== "MUTUAL" || text(tls, "credentialName")) return;
  if (!text(tls, "clientCertificate")) errors.push("client certificate required for mutual tls");
  if (!text(tls, "privateKey")) errors.push("private key required for mutual tls");
}

/** Follows ValidateServiceEntry. */
export function validateServiceEntry(spec: Json, namespace: string): Verdict {
  const verdict = newVerdict();
  const { errors } = verdict;
  const [hosts, ports, endpoints] = [strings(spec.hosts), list(spec.ports), list(spec.endpoints)];
  const resolution = text(spec, "resolution") || "NONE";
  if (spec.workloadSelector && spec.endpoints)
    errors.push("only one of WorkloadSelector or Endpoints is allowed in Service Entry");
  if (hosts.length === 0) errors.push("service entry must have at least one host");
  for (const host of hosts) push(errors, host === "*" ? "invalid host *" : wildcardDomainProblem(host));
  const cidr = strings(spec.addresses).some((address) => address.includes("/"));
  if (cidr && resolution !== "NONE" && resolution !== "STATIC")
    errors.push("CIDR addresses are allowed only for NONE/STATIC resolution types");
  validateServicePorts(spec, ports, verdict);
  if (resolution === "NONE" && endpoints.length > 0)
    errors.push("no endpoints should be provided for resolution type none");
  if (resolution.startsWith("DNS") && endpoints.length === 0)
    for (const host of hosts)
      if (fqdnProblem(host))
        errors.push(`hosts must be FQDN if no endpoints are provided for resolution mode ${resolution}`);
  const plain = ports.some((port) => {
    const protocol = text(port, "protocol").toLowerCase();
    return !HTTP.includes(protocol) && !TLS.includes(protocol);
  });
  if (resolution !== "NONE" && hosts.length > 1 && plain)
    errors.push("multiple hosts provided with non-HTTP, non-TLS ports");
  errors.push(...exportToProblems(strings(spec.exportTo), namespace));
  return verdict;
}

function validateServicePorts(spec: Json, ports: readonly Json[], verdict: Verdict): void {
  const { errors } = verdict;
  const [names, numbers] = [new Set<string>(), new Set<number>()];
  for (const port of ports) {
    const [name, number, protocol] = [text(port, "name"), Number(port.number ?? 0), text(port, "protocol")];
    if (names.has(name)) errors.push(`service entry port name "${name}" already defined`);
    if (numbers.has(number)) errors.push(`service entry port ${number} already defined`);
    names.add(name);
    numbers.add(number);
    if (strings(spec.addresses).length === 0 && (protocol === "" || protocol === "TCP"))
      warn(verdict, "addresses are required for ports serving TCP (or unset) protocol");
    if (!isDnsLabel(name)) errors.push(`invalid port name: ${name}`);
    if (protocol && !PROTOCOLS.includes(protocol.toLowerCase()))
      errors.push(`unsupported protocol: ${protocol}`);
    push(errors, portProblem(number));
  }
}

/** Follows ValidateSidecar, as far as its egress. */
export function validateSidecar(spec: Json): Verdict {
  const verdict = newVerdict();
  const { errors } = verdict;
  const egress = list(spec.egress);
  if (egress.length === 0 && list(spec.ingress).length === 0 && !spec.outboundTrafficPolicy)
    errors.push("sidecar: empty configuration provided");
  for (const listener of list(spec.ingress))
    if (!listener.port) errors.push("sidecar: port is required for ingress listeners");
  for (const [index, listener] of egress.entries()) {
    if (!listener.port && index < egress.length - 1)
      errors.push("sidecar: the egress listener with empty port should be the last listener in the list");
    const hosts = strings(listener.hosts);
    if (hosts.length === 0) errors.push("sidecar: egress listener must contain at least one host");
    for (const host of hosts) errors.push(...scopedHostProblems(host, "sidecar"));
  }
  return verdict;
}
