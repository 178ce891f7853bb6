import { validateConnectionPool } from "./destination-rule.ts";
import { validateServerTls } from "./gateway.ts";
import { entries, type Fields, field, list, strings, text } from "./json.ts";
import {
  fqdnProblem,
  isDnsLabel,
  isIp,
  portProblem,
  push,
  scopedHostProblems,
  selectorProblems,
} from "./names.ts";
import { isHttp, isTls, protocolProblem } from "./protocols.ts";
import { newVerdict, type Verdict, warn } from "./verdict.ts";

/** Follows ValidateSidecar. */
export function validateSidecar(spec: Fields, namespace: string): Verdict {
  const verdict = newVerdict();
  const { errors } = verdict;
  const labels = field(spec, "workloadSelector", "labels");
  const selected = selectorProblems(labels);
  if (selected.length > 0) return { errors: selected, warnings: [] };
  if (spec.workloadSelector && entries(labels).length === 0)
    warn(
      verdict,
      "sidecar: workload selector specified without labels, will be applied to all services in namespace",
    );
  const [ingress, egress] = [list(spec.ingress), list(spec.egress)];
  const more = spec.outboundTrafficPolicy !== undefined || spec.inboundConnectionPool !== undefined;
  if (egress.length === 0 && ingress.length === 0 && !more)
    return { errors: ["sidecar: empty configuration provided"], warnings: [] };
  const taken = new Set<number>();
  for (const listener of ingress) validateIngress(listener, taken, verdict);
  validateConnectionPool(spec.inboundConnectionPool, errors);
  validateEgress(egress, namespace, verdict);
  validateOutbound(spec.outboundTrafficPolicy, errors);
  return verdict;
}

const LOCAL = ["", "127.0.0.1", "0.0.0.0", "::1", "::"];

function validateIngress(listener: Fields, taken: Set<number>, verdict: Verdict): void {
  const { errors } = verdict;
  const { port } = listener;
  if (!port) {
    errors.push("sidecar: port is required for ingress listeners");
    return;
  }
  if (Number(field(port, "targetPort") ?? 0) > 0) errors.push("targetPort has no impact on Sidecars");
  validatePort(port, errors);
  const bind = text(listener, "bind");
  if (bind && !isIp(bind)) errors.push(`${bind} is not a valid IP`);
  unique(Number(field(port, "number") ?? 0), taken, errors);
  const endpoint = text(listener, "defaultEndpoint");
  if (endpoint && !endpoint.startsWith("unix://")) validateDefaultEndpoint(endpoint, errors);
  if (listener.tls) {
    const { tls } = listener;
    if (strings(field(tls, "subjectAltNames")).length > 0)
      errors.push("sidecar: subjectAltNames is not supported in ingress tls");
    if (field(tls, "httpsRedirect") === true) errors.push("sidecar: httpsRedirect is not supported");
    if (text(tls, "credentialName")) errors.push("sidecar: credentialName is not currently supported");
    const mode = text(tls, "mode");
    if (mode === "ISTIO_MUTUAL" || mode === "AUTO_PASSTHROUGH")
      errors.push(`configuration is invalid: cannot set mode to ${mode} in sidecar ingress tls`);
    if (!isTls(text(port, "protocol")))
      errors.push("server cannot have TLS settings for non HTTPS/TLS ports");
    validateServerTls(tls, verdict);
  }
  validateConnectionPool(listener.connectionPool, errors);
  if (field(listener, "connectionPool", "http") !== undefined && !isHttp(text(port, "protocol")))
    warn(
      verdict,
      `sidecar: HTTP connection pool settings are configured for port ${text(port, "number")} ("${text(port, "name")}") but its protocol is not HTTP (${text(port, "protocol")}); only TCP settings will apply`,
    );
}

function validatePort(port: unknown, errors: string[]): void {
  const name = text(port, "name");
  if (name && !isDnsLabel(name)) errors.push(`invalid port name: ${name}`);
  push(errors, protocolProblem(text(port, "protocol")));
  push(errors, portProblem(Number(field(port, "number") ?? 0)));
}

function unique(port: number, taken: Set<number>, errors: string[]): void {
  if (taken.has(port)) errors.push("sidecar: ports on IP bound listeners must be unique");
  taken.add(port);
}

function validateDefaultEndpoint(endpoint: string, errors: string[]): void {
  const [, host = "", port] = /^(.*):([^:]*)$/.exec(endpoint) ?? [];
  if (port === undefined) {
    errors.push(`address ${endpoint}: missing port in address`);
    errors.push('sidecar: defaultEndpoint port () is not a number: strconv.Atoi: parsing "": invalid syntax');
    return;
  }
  if (!LOCAL.includes(host.replace(/^\[|\]$/g, "")))
    errors.push(
      "sidecar: defaultEndpoint must be of form 127.0.0.1:<port>,0.0.0.0:<port>,[::1]:port,[::]:port,unix://filepath or unset",
    );
  if (/^[-+]?\d+$/.test(port)) push(errors, portProblem(Number(port)));
  else
    errors.push(
      `sidecar: defaultEndpoint port (${port}) is not a number: strconv.Atoi: parsing "${port}": invalid syntax`,
    );
}

function validateEgress(egress: readonly Fields[], namespace: string, verdict: Verdict): void {
  const { errors } = verdict;
  const taken = new Set<number>();
  for (const [index, listener] of egress.entries()) {
    const { port } = listener;
    if (!port) {
      if (index < egress.length - 1)
        errors.push("sidecar: the egress listener with empty port should be the last listener in the list");
    } else {
      if (Number(field(port, "targetPort") ?? 0) > 0) errors.push("targetPort has no impact on Sidecars");
      const number = Number(field(port, "number") ?? 0);
      const bind = text(listener, "bind");
      if (number === 0) {
        push(errors, protocolProblem(text(port, "protocol")));
        if (!bind.startsWith("unix://"))
          errors.push("sidecar: ports with 0 value must have a unix domain socket bind address");
      } else {
        validatePort(port, errors);
        if (bind && !isIp(bind)) errors.push(`${bind} is not a valid IP`);
        unique(number, taken, errors);
      }
    }
    const hosts = strings(listener.hosts);
    if (hosts.length === 0) errors.push("sidecar: egress listener must contain at least one host");
    validateHosts(hosts, namespace, verdict);
  }
}

function validateHosts(hosts: readonly string[], namespace: string, verdict: Verdict): void {
  const seen = new Map<string, Set<string>>();
  for (const host of hosts) {
    const [where, service] = host.split("/");
    if (where !== undefined && service !== undefined) {
      const place = where === "." ? namespace : where;
      const known = seen.get(place) ?? new Set();
      if (service === "*" ? known.size > 0 : known.has(service) || known.has("*"))
        warn(verdict, `duplicated egress host: ${host}`);
      known.add(service);
      seen.set(place, known);
    }
    verdict.errors.push(...scopedHostProblems(host, "sidecar"));
  }
  if (seen.get("*")?.has("*") && seen.size !== 1)
    warn(verdict, "`*/*` host select all resources, no other hosts can be added");
}

function validateOutbound(policy: unknown, errors: string[]): void {
  const proxy = field(policy, "egressProxy");
  if (proxy === undefined) return;
  if (text(policy, "mode") !== "ALLOW_ANY") {
    errors.push("sidecar: egress_proxy must be set only with ALLOW_ANY outbound_traffic_policy mode");
    return;
  }
  push(errors, fqdnProblem(text(proxy, "host")));
  if (field(proxy, "port") === undefined) errors.push("sidecar: egress_proxy port must be non-nil");
}
