import type { CidrRange, Permission, Principal, StringMatcher } from "../../../xds/index.ts";
import type { AuthorizationOperation, AuthorizationRule, AuthorizationSource } from "../model/security.ts";

export type Layer = "http" | "tcp";

interface Translation {
  readonly action: "ALLOW" | "DENY";
  readonly layer: Layer;
  readonly trustDomain: string;
}

interface Policy {
  readonly permissions: readonly Permission[];
  readonly principals: readonly Principal[];
}

/**
 * One rule as Envoy's RBAC has it. A field that a TCP connection does not have makes an ALLOW rule match nothing
 * (undefined) and a DENY rule ignore the field, so that the refusal stays on the safe side.
 */
export function translateRule(rule: AuthorizationRule, of: Translation): Policy | undefined {
  const when = (rule.when ?? []).map((condition) => conditionOf(condition, of));
  if (when.includes("unusable")) return undefined;
  const conditions = when.filter((condition) => condition !== "unusable" && condition !== "ignored");
  const permissions: Permission[] = [];
  const wanted = conditions.flatMap((condition) => ("permission" in condition ? [condition.permission] : []));
  for (const { operation } of rule.to ?? [{ operation: {} }]) {
    const rules = operationRules(operation ?? {}, of);
    if (rules) permissions.push(allOf([...rules, ...wanted]));
  }
  const principals: Principal[] = [];
  const who = conditions.flatMap((condition) => ("principal" in condition ? [condition.principal] : []));
  for (const { source } of rule.from ?? [{ source: {} }]) {
    const ids = sourceRules(source ?? {}, of);
    if (ids) principals.push(allIds([...ids, ...who]));
  }
  return permissions.length > 0 && principals.length > 0 ? { permissions, principals } : undefined;
}

const allOf = (rules: readonly Permission[]): Permission =>
  rules.length > 0 ? { andRules: { rules } } : { any: true };
const allIds = (ids: readonly Principal[]): Principal =>
  ids.length > 0 ? { andIds: { ids } } : { any: true };

/** `abc` exact, `abc*` prefix, `*abc` suffix, `*` present. */
export function policyMatcher(text: string): StringMatcher {
  if (text === "*") return { safeRegex: { regex: ".+" } };
  if (text.startsWith("*")) return { suffix: text.slice(1) };
  if (text.endsWith("*")) return { prefix: text.slice(0, -1) };
  return { exact: text };
}

/** Undefined: the rule needs HTTP and there is none. */
function operationRules(
  operation: AuthorizationOperation,
  of: Translation,
): readonly Permission[] | undefined {
  const rules: Permission[] = [];
  const either = (values: readonly string[] | undefined, make: (value: string) => Permission) => {
    if (values?.length) rules.push({ orRules: { rules: values.map(make) } });
  };
  const neither = (values: readonly string[] | undefined, make: (value: string) => Permission) => {
    if (values?.length) rules.push({ notRule: { orRules: { rules: values.map(make) } } });
  };
  const needsHttp = [
    operation.hosts,
    operation.notHosts,
    operation.methods,
    operation.notMethods,
    operation.paths,
    operation.notPaths,
  ].some((values) => values?.length);
  if (needsHttp && of.layer === "tcp") {
    if (of.action === "ALLOW") return undefined;
  } else {
    const header = (name: string) => (value: string) => ({
      header: { name, stringMatch: policyMatcher(value) },
    });
    const host = (value: string) => ({
      header: { name: ":authority", stringMatch: { ...policyMatcher(value), ignoreCase: true } },
    });
    const path = (value: string) => ({ urlPath: { path: policyMatcher(value) } });
    either(operation.hosts, host);
    neither(operation.notHosts, host);
    either(operation.methods, header(":method"));
    neither(operation.notMethods, header(":method"));
    either(operation.paths, path);
    neither(operation.notPaths, path);
  }
  const port = (value: string) => ({ destinationPort: Number(value) });
  either(operation.ports, port);
  neither(operation.notPorts, port);
  return rules;
}

function sourceRules(source: AuthorizationSource, of: Translation): readonly Principal[] | undefined {
  const ids: Principal[] = [];
  const either = (values: readonly string[] | undefined, make: (value: string) => Principal) => {
    if (values?.length) ids.push({ orIds: { ids: values.map(make) } });
  };
  const neither = (values: readonly string[] | undefined, make: (value: string) => Principal) => {
    if (values?.length) ids.push({ notId: { orIds: { ids: values.map(make) } } });
  };
  const needsHttp = [
    source.requestPrincipals,
    source.notRequestPrincipals,
    source.remoteIpBlocks,
    source.notRemoteIpBlocks,
  ].some((values) => values?.length);
  if (needsHttp && of.layer === "tcp") {
    if (of.action === "ALLOW") return undefined;
  } else {
    either(source.requestPrincipals, requestPrincipal);
    neither(source.notRequestPrincipals, requestPrincipal);
    either(source.remoteIpBlocks, (block) => ({ remoteIp: cidr(block) }));
    neither(source.notRemoteIpBlocks, (block) => ({ remoteIp: cidr(block) }));
  }
  either(source.principals, principal);
  neither(source.notPrincipals, principal);
  either(source.namespaces, namespace);
  neither(source.notNamespaces, namespace);
  either(source.ipBlocks, (block) => ({ directRemoteIp: cidr(block) }));
  neither(source.notIpBlocks, (block) => ({ directRemoteIp: cidr(block) }));
  return ids;
}

/** Policies write identities without `spiffe://`; certificates carry it. */
function principal(value: string): Principal {
  if (value === "*") return { authenticated: { principalName: { safeRegex: { regex: ".+" } } } };
  if (value.startsWith("*")) return { authenticated: { principalName: { suffix: value.slice(1) } } };
  const matcher = policyMatcher(`spiffe://${value}`);
  return { authenticated: { principalName: matcher } };
}

function namespace(value: string): Principal {
  const pattern = value
    .split("*")
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))
    .join(".*");
  return { authenticated: { principalName: { safeRegex: { regex: `.*/ns/${pattern}/.*` } } } };
}

/** `issuer/subject`; a star at either end stands for any text there (model/generator.go requestPrincipalGenerator). */
function requestPrincipal(value: string): Principal {
  const slash = value.lastIndexOf("/");
  const [issuer, subject] = slash < 0 ? [value, ""] : [value.slice(0, slash), value.slice(slash + 1)];
  const both = (iss: StringMatcher, sub: StringMatcher): Principal => ({
    andIds: { ids: [claimText("iss", iss), claimText("sub", sub)] },
  });
  if (value === "*") return both(ANY_TEXT, ANY_TEXT);
  if (value.startsWith("*")) {
    if (slash < 0) return both(ANY_TEXT, { suffix: value.slice(1) });
    return both(issuer === "*" ? ANY_TEXT : { suffix: issuer.slice(1) }, { exact: subject });
  }
  if (value.endsWith("*")) {
    if (slash < 0) return both({ prefix: value.slice(0, -1) }, ANY_TEXT);
    return both({ exact: issuer }, subject === "*" ? ANY_TEXT : { prefix: subject.slice(0, -1) });
  }
  return both({ exact: issuer }, { exact: subject });
}

const ANY_TEXT: StringMatcher = { safeRegex: { regex: ".+" } };

function claimText(claim: string, stringMatch: StringMatcher): Principal {
  return {
    metadata: {
      filter: "envoy.filters.http.jwt_authn",
      path: [{ key: "payload" }, { key: claim }],
      value: { stringMatch },
    },
  };
}

export function cidr(block: string): CidrRange {
  const [addressPrefix = "", length] = block.split("/");
  return { addressPrefix, prefixLen: Number(length ?? (addressPrefix.includes(":") ? 128 : 32)) };
}

type Condition =
  | "ignored"
  | "unusable"
  | { readonly permission: Permission }
  | { readonly principal: Principal };

function conditionOf(
  { key, values, notValues }: NonNullable<AuthorizationRule["when"]>[number],
  of: Translation,
): Condition {
  const principals = (make: (value: string) => Principal): Condition => ({
    principal: allIds([
      ...(values?.length ? [{ orIds: { ids: values.map(make) } }] : []),
      ...(notValues?.length ? [{ notId: { orIds: { ids: notValues.map(make) } } }] : []),
    ]),
  });
  const permissions = (make: (value: string) => Permission): Condition => ({
    permission: allOf([
      ...(values?.length ? [{ orRules: { rules: values.map(make) } }] : []),
      ...(notValues?.length ? [{ notRule: { orRules: { rules: notValues.map(make) } } }] : []),
    ]),
  });
  const header = /^request\.headers\[(.+)\]$/.exec(key)?.[1];
  const claim = /^request\.auth\.(.+)$/.exec(key)?.[1];
  if ((header || claim || key === "remote.ip") && of.layer === "tcp")
    return of.action === "ALLOW" ? "unusable" : "ignored";
  if (header) return principals((value) => ({ header: { name: header, stringMatch: policyMatcher(value) } }));
  if (claim) return principals((value) => claimMatcher(claim, value));
  switch (key) {
    case "source.ip":
      return principals((value) => ({ directRemoteIp: cidr(value) }));
    case "remote.ip":
      return principals((value) => ({ remoteIp: cidr(value) }));
    case "source.namespace":
      return principals(namespace);
    case "source.principal":
      return principals(principal);
    case "destination.ip":
      return permissions((value) => ({ destinationIp: cidr(value) }));
    case "destination.port":
      return permissions((value) => ({ destinationPort: Number(value) }));
    case "connection.sni":
      return permissions((value) => ({ requestedServerName: policyMatcher(value) }));
    default:
      return of.action === "ALLOW" ? "unusable" : "ignored";
  }
}

/** `principal`, `audiences`, `presenter`, or `claims[a][b]`. */
function claimMatcher(claim: string, value: string): Principal {
  if (claim === "principal") return requestPrincipal(value);
  const named = { audiences: "aud", presenter: "azp" }[claim];
  const keys = named
    ? [{ key: named }]
    : [...claim.matchAll(/\[([^\]]+)\]/g)].map(([, key]) => ({ key: key ?? "" }));
  return {
    metadata: {
      filter: "envoy.filters.http.jwt_authn",
      path: [{ key: "payload" }, ...keys],
      value: { listMatch: { oneOf: { stringMatch: policyMatcher(value) } } },
    },
  };
}
