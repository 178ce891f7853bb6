import { isIP } from "node:net";
import type { AuthorizationPolicy, AuthorizationRule } from "../model/security.ts";
import { type Findings, noFindings } from "./findings.ts";
import { selectionErrors } from "./selection.ts";

const MEANINGLESS =
  "action without `rules` is meaningless as it will never be triggered, add an empty rule `{}` if you want it be triggered for every request";

const DENIES_TCP =
  "configured AuthorizationPolicy will deny all traffic to TCP ports under its scope due to the use of only HTTP attributes in a DENY rule; it is recommended to explicitly specify the port";

/** Follows ValidateAuthorizationPolicy. CUSTOM is refused: who protects a workload by it must not believe it protected. */
export function validateAuthorizationPolicy({ metadata, spec = {} }: AuthorizationPolicy): Findings {
  const findings = noFindings();
  const { action = "ALLOW", rules } = spec;
  const errors = [...selectionErrors(spec)];
  if (action === "CUSTOM") errors.push("CUSTOM action is not supported by the practice cluster");
  if (spec.provider && action !== "CUSTOM")
    errors.push(`\`provider\` must not be with non CUSTOM action, found ${action}`);
  if (action === "DENY" && !rules) errors.push(`DENY ${MEANINGLESS}`);
  for (const [index, rule] of (rules ?? []).entries()) {
    errors.push(...ruleErrors(rule, index));
    if (action === "DENY" && deniesTcp(rule)) findings.warnings.push(DENIES_TCP);
  }
  const prefix = `invalid policy ${metadata.name ?? ""}.${metadata.namespace ?? ""}:`;
  findings.errors.push(...errors.map((error) => `${prefix} ${error}`));
  return findings;
}

function ruleErrors({ from, to, when }: AuthorizationRule, index: number): readonly string[] {
  const errors: string[] = [];
  if (from?.length === 0) errors.push(`\`from\` must not be empty, found at rule ${index}`);
  for (const { source } of from ?? []) {
    if (!source) errors.push(`\`from.source\` must not be nil, found at rule ${index}`);
    else errors.push(...fieldErrors(source, { what: "from.source", index, ips: /ipBlocks$/i }));
  }
  if (to?.length === 0) errors.push(`\`to\` must not be empty, found at rule ${index}`);
  for (const { operation } of to ?? []) {
    if (!operation) errors.push(`\`to.operation\` must not be nil, found at rule ${index}`);
    else errors.push(...fieldErrors(operation, { what: "to.operation", index, ports: /ports$/i }));
  }
  for (const { key, values = [], notValues = [] } of when ?? []) {
    if (!key) errors.push("`key` must not be empty");
    else if (values.length === 0 && notValues.length === 0)
      errors.push(`at least one of \`values\` or \`notValues\` must be set for key ${key}`);
    else
      for (const [name, list] of [
        ["value", values],
        ["notValue", notValues],
      ] as const)
        for (const error of attributeErrors(key, list))
          errors.push(`invalid \`${name}\` for \`key\` ${key}: ${error}`);
  }
  return errors;
}

function fieldErrors(
  fields: object,
  of: { readonly what: string; readonly index: number; readonly ips?: RegExp; readonly ports?: RegExp },
): readonly string[] {
  const lists = Object.entries(fields).filter(
    (entry): entry is [string, readonly string[]] => Array.isArray(entry[1]) && entry[1].length > 0,
  );
  if (lists.length === 0) return [`\`${of.what}\` must not be empty, found at rule ${of.index}`];
  return lists.flatMap(([name, values]) => [
    ...(of.ips?.test(name) ? addressErrors(values) : []),
    ...(of.ports?.test(name) ? portErrors(values) : []),
    ...(values.includes("")
      ? [`empty value not allowed, found in ${name[0]?.toUpperCase() ?? ""}${name.slice(1)}`]
      : []),
  ]);
}

/** Follows pkg/config/security ValidateAttribute. */
function attributeErrors(key: string, values: readonly string[]): readonly string[] {
  if (values.includes("")) return [`empty value not allowed, found in ${key}`];
  if (/^(request\.headers|request\.auth\.claims|experimental\.)/.test(key))
    return /^[^[]+\[.+\]$/.test(key) ? [] : [`bad key (${key}): should have format a[b]`];
  switch (key) {
    case "source.ip":
    case "remote.ip":
    case "destination.ip":
      return addressErrors(values);
    case "destination.port":
      return portErrors(values);
    case "source.namespace":
    case "source.principal":
    case "request.auth.principal":
    case "request.auth.audiences":
    case "request.auth.presenter":
    case "connection.sni":
      return [];
    case "destination.namespace":
      return [`attribute ${key} is replaced by the metadata.namespace`];
    default:
      if (key.startsWith("destination.labels"))
        return [`attribute ${key} is replaced by the workload selector`];
      return [`unknown attribute: ${key}`];
  }
}

function addressErrors(values: readonly string[]): readonly string[] {
  return values.flatMap((value) => {
    const [address = "", length] = value.split("/");
    if (length === undefined) return isIP(address) ? [] : [`bad IP address (${value})`];
    const bits = isIP(address) === 6 ? 128 : 32;
    const fits = isIP(address) !== 0 && /^\d+$/.test(length) && Number(length) <= bits;
    // What Go's parser says after the colon is approximate.
    return fits ? [] : [`bad CIDR range (${value}): netip.ParsePrefix("${value}"): no valid prefix`];
  });
}

function portErrors(values: readonly string[]): readonly string[] {
  return values.flatMap((port) => {
    if (!/^\d+$/.test(port))
      return [`bad port (${port}): strconv.ParseUint: parsing "${port}": invalid syntax`];
    return Number(port) > 65535 ? [`bad port (${port}): <nil>`] : [];
  });
}

/** A DENY rule without TCP attributes refuses every connection of a TCP port. */
function deniesTcp({ from = [], to = [] }: AuthorizationRule): boolean {
  const tcpFrom = from.some(({ source }) =>
    Object.keys(source ?? {}).some((name) => !/requestPrincipals$/i.test(name)),
  );
  const tcpTo = to.some(({ operation }) => operation?.ports || operation?.notPorts);
  const hasFrom = from.some(({ source }) => source);
  const hasTo = to.some(({ operation }) => operation);
  return (hasFrom && !hasTo && !tcpFrom) || (hasTo && !tcpTo);
}
