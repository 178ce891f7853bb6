import { type Fields, field, list, strings, text } from "./json.ts";
import { localityProblems } from "./locality.ts";
import {
  durationProblem,
  exportToProblems,
  fqdnProblem,
  isIp,
  portProblem,
  push,
  selectorProblems,
  subsetNameProblem,
  wildcardDomainProblem,
} from "./names.ts";
import { newVerdict, type Verdict, warn } from "./verdict.ts";

/** Follows ValidateDestinationRule. */
export function validateDestinationRule(spec: Fields, namespace: string): Verdict {
  const verdict = newVerdict();
  const { errors } = verdict;
  push(errors, wildcardDomainProblem(text(spec, "host")));
  validatePolicy(spec.trafficPolicy, verdict);
  for (const subset of list(spec.subsets)) {
    push(errors, subsetNameProblem(text(subset, "name")));
    validatePolicy(subset.trafficPolicy, verdict);
  }
  const selects = spec.workloadSelector !== undefined;
  errors.push(...exportToProblems(strings(spec.exportTo), namespace, selects ? "selecting rule" : "rule"));
  errors.push(...selectorProblems(field(spec, "workloadSelector", "matchLabels")));
  return verdict;
}

const POLICY = ["outlierDetection", "connectionPool", "loadBalancer", "tls"];

const says = (value: unknown, names: readonly string[]) =>
  names.some((name) => field(value, name) !== undefined);

function validatePolicy(policy: unknown, verdict: Verdict): void {
  const { errors } = verdict;
  if (policy === undefined || policy === null) return;
  if (!says(policy, [...POLICY, "portLevelSettings", "tunnel", "proxyProtocol"])) {
    errors.push("traffic policy must have at least one field");
    return;
  }
  if (says(policy, ["tunnel"]) && says(policy, ["proxyProtocol"])) {
    errors.push("tunnel and proxyProtocol must not be set together");
    return;
  }
  validateSettings(policy, verdict);
  for (const settings of list(field(policy, "portLevelSettings"))) {
    if (!settings.port) errors.push("portTrafficPolicy must have valid port");
    if (says(settings, POLICY)) validateSettings(settings, verdict);
    else errors.push("port traffic policy must have at least one field");
  }
  validateTunnel(field(policy, "tunnel"), errors);
}

function validateSettings(policy: unknown, verdict: Verdict): void {
  const outlier = field(policy, "outlierDetection");
  validateOutliers(outlier, verdict);
  validateConnectionPool(field(policy, "connectionPool"), verdict.errors);
  validateLoadBalancer(field(policy, "loadBalancer"), outlier, verdict);
  validateTls(field(policy, "tls"), verdict.errors);
}

function validateOutliers(outlier: unknown, verdict: Verdict): void {
  const { errors } = verdict;
  const duration = (name: string) => {
    if (text(outlier, name)) push(errors, durationProblem(text(outlier, name)));
  };
  const number = (name: string) => Number(field(outlier, name) ?? 0);
  duration("baseEjectionTime");
  if (number("consecutiveErrors") !== 0)
    warn(
      verdict,
      "outlier detection consecutive errors is deprecated, use consecutiveGatewayErrors or consecutive5xxErrors instead",
    );
  if (!field(outlier, "splitExternalLocalOriginErrors") && number("consecutiveLocalOriginFailures") > 0)
    errors.push(
      "outlier detection consecutive local origin failures is specified, but split external local origin errors is set to false",
    );
  duration("interval");
  for (const name of ["maxEjectionPercent", "minHealthPercent"])
    if (number(name) < 0 || number(name) > 100)
      errors.push(`percentage ${number(name)} is not in range 0..100`);
}

const NOT_NEGATIVE: readonly (readonly [field: string, name: string])[] = [
  ["http1MaxPendingRequests", "http1 max pending requests"],
  ["http2MaxRequests", "http2 max requests"],
  ["maxRequestsPerConnection", "max requests per connection"],
  ["maxRetries", "max retries"],
];

/** Also of a Sidecar's inbound pools. */
export function validateConnectionPool(pool: unknown, errors: string[]): void {
  if (pool === undefined || pool === null) return;
  const [http, tcp] = [field(pool, "http"), field(pool, "tcp")];
  if (http === undefined && tcp === undefined) {
    errors.push("connection pool must have at least one field");
    return;
  }
  const negative = (value: unknown) => Number(value ?? 0) < 0;
  for (const [name, words] of NOT_NEGATIVE)
    if (negative(field(http, name))) errors.push(`${words} must be non-negative`);
  if (text(http, "idleTimeout")) push(errors, durationProblem(text(http, "idleTimeout")));
  if (text(http, "h2UpgradePolicy") === "UPGRADE" && field(http, "useClientProtocol") === true)
    errors.push("use client protocol must not be true when H2UpgradePolicy is UPGRADE");
  if (negative(field(http, "maxConcurrentStreams")))
    errors.push("max concurrent streams must be non-negative");
  if (negative(field(tcp, "maxConnections"))) errors.push("max connections must be non-negative");
  for (const name of ["connectTimeout", "maxConnectionDuration"])
    if (text(tcp, name)) push(errors, durationProblem(text(tcp, name)));
}

function validateLoadBalancer(balancer: unknown, outlier: unknown, verdict: Verdict): void {
  const hash = field(balancer, "consistentHash");
  const cookie = field(hash, "httpCookie");
  if (cookie !== undefined && !text(cookie, "name")) verdict.errors.push("name required for HttpCookie");
  if (Number(field(hash, "minimumRingSize") ?? 0) !== 0) {
    warn(
      verdict,
      "consistent hash MinimumRingSize is deprecated, use ConsistentHashLB's RingHash configuration instead",
    );
    if (says(hash, ["ringHash", "maglev"]))
      verdict.errors.push("only one of MinimumRingSize or Maglev/Ringhash can be specified");
  }
  const setting = field(balancer, "localityLbSetting");
  const problems = localityProblems(setting);
  verdict.errors.push(...problems);
  const fails = list(field(setting, "failover")).length + strings(field(setting, "failoverPriority")).length;
  if (problems.length === 0 && fails > 0 && outlier === undefined)
    warn(verdict, "outlier detection policy must be provided for failover");
}

function validateTls(tls: unknown, errors: string[]): void {
  const mode = text(tls, "mode");
  const given = (...names: string[]) => names.some((name) => text(tls, name) !== "");
  const byName = given("credentialName");
  if (field(tls, "insecureSkipVerify") === true) {
    if (mode === "SIMPLE" && given("caCertificates", "credentialName", "subjectAltNames"))
      errors.push(
        "cannot specify CaCertificates or CredentialName or SubjectAltNames when InsecureSkipVerify is set true",
      );
    if (mode === "MUTUAL" && given("caCertificates", "subjectAltNames"))
      errors.push("cannot specify CaCertificates or SubjectAltNames when InsecureSkipVerify is set true");
  }
  if ((mode === "SIMPLE" || mode === "MUTUAL") && byName) {
    if (given("clientCertificate", "caCertificates", "privateKey"))
      errors.push("cannot specify client certificates or CA certificate If credentialName is set");
    return;
  }
  if (mode !== "MUTUAL") return;
  if (!given("clientCertificate")) errors.push("client certificate required for mutual tls");
  if (!given("privateKey")) errors.push("private key required for mutual tls");
}

function validateTunnel(tunnel: unknown, errors: string[]): void {
  if (tunnel === undefined || tunnel === null) return;
  if (!["", "CONNECT", "POST"].includes(text(tunnel, "protocol")))
    errors.push('tunnel protocol must be "CONNECT" or "POST"');
  const host = text(tunnel, "targetHost");
  const problem = fqdnProblem(host);
  if (problem && !isIp(host))
    errors.push(`tunnel target host must be valid FQDN or IP address: ${problem}; ${host} is not a valid IP`);
  const port = portProblem(Number(field(tunnel, "targetPort") ?? 0));
  if (port) errors.push(`tunnel target port is invalid: ${port}`);
}
