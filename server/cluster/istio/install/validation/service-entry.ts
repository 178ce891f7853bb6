import { entries, type Fields, list, strings, text } from "./json.ts";
import {
  exportToProblems,
  fqdnProblem,
  isDnsLabel,
  isIp,
  partialWildcardProblem,
  portProblem,
  push,
  selectorProblems,
  subnetProblem,
  wildcardDomainProblem,
} from "./names.ts";
import { isHttp, isTls, protocolProblem } from "./protocols.ts";
import { newVerdict, type Verdict, warn } from "./verdict.ts";

/** Follows ValidateServiceEntry. */
export function validateServiceEntry(spec: Fields, namespace: string): Verdict {
  const verdict = newVerdict();
  const { errors } = verdict;
  const [hosts, ports, addresses] = [strings(spec.hosts), list(spec.ports), strings(spec.addresses)];
  const resolution = text(spec, "resolution") || "NONE";
  const selected = selectorProblems(text(spec, "workloadSelector") && Object(spec.workloadSelector).labels);
  if (selected.length > 0) return { errors: selected, warnings: [] };
  if (spec.workloadSelector && entries(Object(spec.workloadSelector).labels).length === 0)
    warn(
      verdict,
      "service entry: workload selector specified without labels, will be applied to all services in namespace",
    );
  if (spec.workloadSelector && spec.endpoints)
    errors.push("only one of WorkloadSelector or Endpoints is allowed in Service Entry");
  if (hosts.length === 0) errors.push("service entry must have at least one host");
  for (const host of hosts) {
    push(errors, host === "*" ? "invalid host *" : wildcardDomainProblem(host));
    const partial = partialWildcardProblem(host);
    if (partial) warn(verdict, partial);
  }
  for (const address of addresses) push(errors, subnetProblem(address));
  const cidr = addresses.some((address) => address.includes("/"));
  if (cidr && resolution !== "NONE" && resolution !== "STATIC")
    errors.push("CIDR addresses are allowed only for NONE/STATIC resolution types");
  validatePorts(spec, resolution, verdict);
  validateEndpoints(spec, resolution, verdict);
  const plain = ports.some((port) => !isHttp(text(port, "protocol")) && !isTls(text(port, "protocol")));
  if (resolution !== "NONE" && hosts.length > 1 && plain)
    errors.push("multiple hosts provided with non-HTTP, non-TLS ports");
  errors.push(...exportToProblems(strings(spec.exportTo), namespace, "service entry"));
  return verdict;
}

function validatePorts(spec: Fields, resolution: string, verdict: Verdict): void {
  const { errors } = verdict;
  const [names, numbers] = [new Set<string>(), new Set<number>()];
  for (const port of list(spec.ports)) {
    const [name, number, protocol] = [text(port, "name"), Number(port.number ?? 0), text(port, "protocol")];
    if (names.has(name)) errors.push(`service entry port name "${name}" already defined`);
    if (numbers.has(number)) errors.push(`service entry port ${number} already defined`);
    names.add(name);
    numbers.add(number);
    const target = Number(port.targetPort ?? 0);
    if (target !== 0) {
      push(errors, portProblem(target));
      if (resolution === "NONE") warn(verdict, "targetPort has no effect when resolution mode is NONE");
    }
    if (strings(spec.addresses).length === 0 && (protocol === "" || protocol === "TCP"))
      warn(verdict, "addresses are required for ports serving TCP (or unset) protocol");
    if (!isDnsLabel(name)) errors.push(`invalid port name: ${name}`);
    push(errors, protocolProblem(protocol));
    push(errors, portProblem(number));
  }
}

function validateEndpoints(spec: Fields, resolution: string, verdict: Verdict): void {
  const { errors } = verdict;
  const [hosts, endpoints] = [strings(spec.hosts), list(spec.endpoints)];
  if (resolution === "NONE") {
    if (endpoints.length > 0) errors.push("no endpoints should be provided for resolution type none");
    return;
  }
  const byName = resolution.startsWith("DNS");
  if (byName && endpoints.length === 0)
    for (const host of hosts)
      if (fqdnProblem(host))
        errors.push(`hosts must be FQDN if no endpoints are provided for resolution mode ${resolution}`);
  if (resolution === "DNS_ROUND_ROBIN" && endpoints.length > 1)
    errors.push(`there must only be 0 or 1 endpoint for resolution mode ${resolution}`);
  const names = new Set(list(spec.ports).map((port) => text(port, "name")));
  for (const endpoint of endpoints) {
    const before = errors.length;
    validateAddress(endpoint, byName, verdict);
    if (errors.length > before && !text(endpoint, "address")) continue;
    for (const [name, port] of entries(endpoint.ports)) {
      if (!names.has(name)) errors.push(`endpoint port ${port} is not defined by the service entry`);
      if (!isDnsLabel(name)) errors.push(`invalid port name: ${name}`);
      push(errors, portProblem(Number(port)));
    }
  }
  const tcp = list(spec.ports).some((port) => text(port, "protocol").toUpperCase() === "TCP");
  if (byName && strings(spec.addresses).length > 0 && hosts.length > 1 && tcp)
    warn(
      verdict,
      "service entry can not have more than one host specified simultaneously with address and tcp port",
    );
}

function validateAddress(endpoint: Fields, byName: boolean, verdict: Verdict): void {
  const { errors } = verdict;
  const [address, network] = [text(endpoint, "address"), text(endpoint, "network")];
  if (!byName && address === "") {
    if (network) warn(verdict, `address is unset with network "${network}"`);
    else errors.push("address is required");
  } else if (!byName && address.startsWith("unix://")) {
    if (entries(endpoint.ports).length > 0) errors.push(`unix endpoint ${address} must not include ports`);
  } else if (!isIp(address)) {
    if (!byName) errors.push(`endpoint address "${address}" is not a valid IP address`);
    else if (fqdnProblem(address))
      errors.push(`endpoint address "${address}" is not a valid FQDN or an IP address`);
  }
}
