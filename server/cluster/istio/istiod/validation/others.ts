import type { ProxyConfig } from "../model/extensions.ts";
import type { DestinationRule, ServiceEntry, TrafficPolicy } from "../model/networking.ts";
import type { PeerAuthentication } from "../model/security.ts";
import { type Findings, isFqdn, isWildcard, noFindings } from "./findings.ts";
import { selectionErrors } from "./selection.ts";

/** Follows ValidateDestinationRule. */
export function validateDestinationRule({ spec }: DestinationRule): Findings {
  const findings = noFindings();
  validatePolicy(spec.trafficPolicy, findings.errors);
  for (const { name, trafficPolicy } of spec.subsets ?? []) {
    if (!name) findings.errors.push("subset name cannot be empty");
    validatePolicy(trafficPolicy, findings.errors);
  }
  return findings;
}

function validatePolicy(policy: TrafficPolicy | undefined, errors: string[]): void {
  for (const { port, ...settings } of policy?.portLevelSettings ?? []) {
    if (!port?.number) errors.push("portLevelSettings must have port number");
    if (Object.keys(settings).length === 0) errors.push("port traffic policy must have at least one field");
  }
  const tls = policy?.tls;
  if (tls?.mode !== "MUTUAL" || tls.credentialName) return;
  if (!tls.clientCertificate) errors.push("client certificate required for mutual tls");
  if (!tls.privateKey) errors.push("private key required for mutual tls");
}

/** Follows ValidatePeerAuthentication. */
export function validatePeerAuthentication({ spec }: PeerAuthentication): Findings {
  const findings = noFindings();
  const selects = Object.keys(spec?.selector?.matchLabels ?? {}).length > 0;
  const ports = Object.keys(spec?.portLevelMtls ?? {});
  if (!selects && ports.length > 0)
    findings.errors.push("mesh/namespace peer authentication cannot have port level mTLS");
  for (const port of ports) if (Number(port) === 0) findings.errors.push("port cannot be 0");
  return findings;
}

/** Follows ValidateProxyConfig. */
export function validateProxyConfig({ spec = {} }: ProxyConfig): Findings {
  const negative = (spec.concurrency ?? 0) < 0;
  const errors = negative ? ["concurrency must be greater than or equal to 0"] : [];
  return { errors: [...selectionErrors(spec), ...errors], warnings: [] };
}

/** Follows ValidateServiceEntry. */
export function validateServiceEntry({ spec }: ServiceEntry): Findings {
  const findings = noFindings();
  const { errors } = findings;
  const { hosts, ports = [], endpoints = [], resolution = "NONE", workloadSelector } = spec;
  if (hosts.length === 0) errors.push("service entry must have at least one host");
  if (hosts.includes("*")) errors.push("invalid host *");
  if (workloadSelector && endpoints.length > 0)
    errors.push("only one of WorkloadSelector or Endpoints is allowed in Service Entry");
  const names = new Set<string>();
  for (const { name, number } of ports) {
    if (names.has(name)) errors.push(`service entry port name "${name}" already defined`);
    names.add(name);
    if (number < 1 || number > 65535) errors.push(`port number ${number} must be in the range 1..65535`);
  }
  if (
    resolution === "DNS" &&
    endpoints.length === 0 &&
    hosts.some((host) => isWildcard(host) || !isFqdn(host))
  )
    errors.push("hosts must be FQDN if no endpoints are provided for resolution mode DNS");
  if (resolution === "NONE" && endpoints.length > 0)
    errors.push("no endpoints should be provided for resolution type none");
  if (resolution === "STATIC" && endpoints.length === 0 && !workloadSelector)
    findings.warnings.push("service entry with STATIC resolution has no endpoints and no workload selector");
  return findings;
}
