import { validateDestinations, validateHttpRoute } from "./http-route.ts";
import { entries, type Fields, field, list, strings } from "./json.ts";
import { exportToProblems, fqdnProblem, isDnsLabel, isIp, wildcardDomainProblem } from "./names.ts";
import { unreachableRules } from "./unreachable.ts";
import { newVerdict, type Verdict, warn } from "./verdict.ts";

/** Follows ValidateVirtualService. */
export function validateVirtualService(spec: Fields, namespace: string): Verdict {
  const verdict = newVerdict();
  const { errors } = verdict;
  const hosts = strings(spec.hosts);
  const gateways = strings(spec.gateways);
  const [http, tls, tcp] = [list(spec.http), list(spec.tls), list(spec.tcp)];
  const isDelegate = hosts.length === 0;
  if (isDelegate) {
    if (gateways.length > 0) errors.push("delegate virtual service must have no gateways specified");
    if (tls.length > 0) errors.push("delegate virtual service must have no tls route specified");
    if (tcp.length > 0) errors.push("delegate virtual service must have no tcp route specified");
  }
  validateGateways(gateways, verdict);
  if (gateways.every((gateway) => gateway === "mesh")) errors.push(...claimProblems(http, gateways));
  validateHosts(hosts, gateways.length === 0 || gateways.includes("mesh"), errors);
  if (http.length + tls.length + tcp.length === 0)
    errors.push("http, tcp or tls must be provided in virtual service");
  for (const route of http) validateHttpRoute(route, isDelegate, verdict);
  for (const route of tls) validateTlsRoute(route, hosts, errors);
  for (const route of tcp) {
    if (list(route.route).length === 0) errors.push("TCP route is required");
    validateDestinations(list(route.route), errors);
  }
  errors.push(...exportToProblems(strings(spec.exportTo), namespace, "rule"));
  verdict.warnings.push(
    ...unreachableRules(http, true),
    ...unreachableRules(tcp, false),
    ...unreachableRules(tls, false),
  );
  return verdict;
}

function validateGateways(gateways: readonly string[], verdict: Verdict): void {
  for (const gateway of gateways) {
    const [namespace = "", name] = gateway.split("/");
    if (name === undefined) {
      const [first = "", second = ""] = gateway.split(".");
      if (gateway.includes("."))
        warn(
          verdict,
          `using legacy gatewayName format "${gateway}"; prefer the <namespace>/<name> format: "${second}/${first}"`,
        );
      const problem = fqdnProblem(gateway);
      if (problem) verdict.errors.push(problem);
      // Upstream looks no further after a name without a namespace.
      return;
    }
    if (!namespace || !name) verdict.errors.push("config namespace and gateway name cannot be empty");
    if (!isDnsLabel(namespace)) verdict.errors.push(`invalid value for namespace: "${namespace}"`);
    if (!isDnsLabel(name)) verdict.errors.push(`invalid value for gateway name: "${name}"`);
  }
}

const claimProblems = (http: readonly Fields[], gateways: readonly string[]): string[] =>
  http
    .flatMap((route) => list(route.match))
    .flatMap((match) => [...entries(match.headers), ...entries(match.withoutHeaders)])
    .filter(([key]) => /^@request\.auth\.claims[.[]/i.test(key))
    .map(
      ([key]) =>
        `JWT claim based routing (key: ${key}) is only supported for gateway, found no gateways: [${gateways.join(" ")}]`,
    );

function validateHosts(hosts: readonly string[], inMesh: boolean, errors: string[]): void {
  let valid = true;
  for (const host of hosts) {
    const problem = wildcardDomainProblem(host);
    if (problem && !isIp(host)) {
      errors.push(problem);
      valid = false;
    } else if (inMesh && host === "*") {
      errors.push("wildcard host * is not allowed for virtual services bound to the mesh gateway");
      valid = false;
    }
  }
  if (!valid) return;
  for (const [index, host] of hosts.entries())
    for (const other of hosts.slice(index + 1))
      if (overlap(host, other)) errors.push(`duplicate hosts in virtual service: ${host} & ${other}`);
}

const overlap = (a: string, b: string): boolean => {
  if (a.startsWith("*") && b.startsWith("*"))
    return a.slice(1).endsWith(b.slice(1)) || b.slice(1).endsWith(a.slice(1));
  if (a.startsWith("*")) return b.endsWith(a.slice(1));
  return b.startsWith("*") ? a.endsWith(b.slice(1)) : a === b;
};

function validateTlsRoute(route: Fields, hosts: readonly string[], errors: string[]): void {
  const matches = list(route.match);
  if (matches.length === 0) errors.push("TLS route must have at least one match condition");
  for (const match of matches) {
    const names = strings(field(match, "sniHosts"));
    if (names.length === 0) errors.push("TLS match must have at least one SNI host");
    for (const name of names)
      if (!hosts.some((host) => name === host || (host.startsWith("*") && name.endsWith(host.slice(1)))))
        errors.push(
          `SNI host "${name}" is not a compatible subset of any of the virtual service hosts: [${hosts.join(", ")}]`,
        );
  }
  if (list(route.route).length === 0) errors.push("TLS route is required");
  validateDestinations(list(route.route), errors);
}
