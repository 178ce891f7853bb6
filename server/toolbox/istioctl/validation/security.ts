import { newVerdict, portProblem, type Verdict, warn } from "../../../cluster/istio/install/index.ts";
import { entries, field, type Json, list, strings, text } from "../json.ts";

/** Follows validateWorkloadSelector and validateOneOfSelectorType. */
function validateSelector(spec: Json, verdict: Verdict): void {
  if (spec.selector && spec.targetRef)
    verdict.errors.push("only one of targetRef or workloadSelector can be set");
  if (!spec.selector) return;
  const labels = entries(field(spec, "selector", "matchLabels"));
  for (const [key, value] of labels) {
    if (key === "") verdict.errors.push(`empty key is not supported in selector: "${key}=${value}"`);
    if (`${key}${value}`.includes("*"))
      verdict.errors.push(`wildcard is not supported in selector: "${key}=${value}"`);
  }
  if (labels.length === 0) warn(verdict, "workload selector specified without labels");
}

/** Follows ValidatePeerAuthentication. */
export function validatePeerAuthentication(spec: Json): Verdict {
  const verdict = newVerdict();
  const ports = entries(spec.portLevelMtls);
  const selects = entries(field(spec, "selector", "matchLabels")).length > 0;
  if (!selects && ports.length > 0)
    verdict.errors.push("mesh/namespace peer authentication cannot have port level mTLS");
  if (spec.portLevelMtls && ports.length === 0)
    verdict.errors.push("port level mTLS, if defined, must have at least one element");
  for (const [port] of ports) if (Number(port) === 0) verdict.errors.push("port cannot be 0");
  validateSelector(spec, verdict);
  return verdict;
}

const MEANINGLESS = (action: string) =>
  `${action} action without \`rules\` is meaningless as it will never be triggered, add an empty rule \`{}\` if you want it be triggered for every request`;
const TCP_SOURCES = [
  ...["principals", "notPrincipals", "ipBlocks", "notIpBlocks", "namespaces", "notNamespaces"],
  ...["remoteIpBlocks", "notRemoteIpBlocks"],
];

/** Follows ValidateAuthorizationPolicy. IP blocks and the values of conditions are not looked into. */
export function validateAuthorizationPolicy(spec: Json): Verdict {
  const verdict = newVerdict();
  const { errors } = verdict;
  validateSelector(spec, verdict);
  const action = text(spec, "action") || "ALLOW";
  if (action === "CUSTOM") {
    if (!spec.rules) errors.push(MEANINGLESS("CUSTOM"));
    else if (!text(spec, "provider", "name")) errors.push("`provider.name` must not be empty");
  } else if (spec.provider) errors.push(`\`provider\` must not be with non CUSTOM action, found ${action}`);
  if (action === "DENY" && !spec.rules) errors.push(MEANINGLESS("DENY"));
  for (const [index, rule] of list(spec.rules).entries()) {
    validateFrom(rule, index, errors);
    validateTo(rule, index, errors);
    validateWhen(rule, errors);
    if (action === "DENY" && onlyHttp(rule))
      warn(
        verdict,
        "configured AuthorizationPolicy will deny all traffic to TCP ports under its scope due to the use of only HTTP attributes in a DENY rule; it is recommended to explicitly specify the port",
      );
  }
  return verdict;
}

const isEmptyList = (value: unknown): boolean => Array.isArray(value) && value.length === 0;
const saysNothing = (value: unknown): boolean =>
  entries(value).every(([, items]) => strings(items).length === 0);

function validateFrom(rule: Json, index: number, errors: string[]): void {
  if (isEmptyList(rule.from)) errors.push(`\`from\` must not be empty, found at rule ${index}`);
  for (const { source } of list(rule.from)) {
    if (!source) errors.push(`\`from.source\` must not be nil, found at rule ${index}`);
    else if (saysNothing(source)) errors.push(`\`from.source\` must not be empty, found at rule ${index}`);
  }
}

function validateTo(rule: Json, index: number, errors: string[]): void {
  if (isEmptyList(rule.to)) errors.push(`\`to\` must not be empty, found at rule ${index}`);
  for (const { operation } of list(rule.to)) {
    if (!operation) errors.push(`\`to.operation\` must not be nil, found at rule ${index}`);
    else if (saysNothing(operation))
      errors.push(`\`to.operation\` must not be empty, found at rule ${index}`);
    for (const port of [...strings(field(operation, "ports")), ...strings(field(operation, "notPorts"))])
      if (portProblem(Number(port)) !== undefined) errors.push(`invalid port ${port}`);
  }
}

function validateWhen(rule: Json, errors: string[]): void {
  for (const condition of list(rule.when)) {
    const key = text(condition, "key");
    if (!key) errors.push("`key` must not be empty");
    else if (strings(condition.values).length + strings(condition.notValues).length === 0)
      errors.push(`at least one of \`values\` or \`notValues\` must be set for key ${key}`);
  }
}

/** Whether a rule speaks of HTTP only: of TCP it then holds for everything. */
function onlyHttp(rule: Json): boolean {
  const sources = list(rule.from).map(({ source }) => source);
  const operations = list(rule.to).map(({ operation }) => operation);
  const tcpFrom = sources.some((source) => TCP_SOURCES.some((name) => field(source, name) !== undefined));
  const tcpTo = operations.some((one) =>
    ["ports", "notPorts"].some((name) => field(one, name) !== undefined),
  );
  return operations.length > 0 ? !tcpTo : sources.length > 0 && !tcpFrom;
}

/** Follows ValidateRequestAuthentication. A key set is only looked at as JSON. */
export function validateRequestAuthentication(spec: Json): Verdict {
  const verdict = newVerdict();
  validateSelector(spec, verdict);
  for (const rule of list(spec.jwtRules)) {
    if (!text(rule, "issuer")) verdict.errors.push("issuer must be set");
    if (strings(rule.audiences).includes("")) verdict.errors.push("audience must be non-empty string");
    for (const header of list(rule.fromHeaders))
      if (!text(header, "name")) verdict.errors.push("location header name must be non-empty string");
    if (strings(rule.fromParams).includes("")) verdict.errors.push("location query must be non-empty string");
  }
  return verdict;
}

/** Follows ValidateTelemetry, as far as providers and sampling. */
export function validateTelemetry(spec: Json): Verdict {
  const verdict = newVerdict();
  validateSelector(spec, verdict);
  const tracing = list(spec.tracing);
  for (const part of [...tracing, ...list(spec.metrics), ...list(spec.accessLogging)])
    if (list(part.providers).some((provider) => !text(provider, "name")))
      verdict.errors.push("providers.name may not be empty");
  if (tracing.length > 1) warn(verdict, "multiple tracing is not currently supported");
  for (const one of tracing) {
    if (list(one.providers).length > 1) warn(verdict, "multiple providers is not currently supported");
    const sampling = Number(one.randomSamplingPercentage ?? 0);
    if (sampling < 0 || sampling > 100)
      verdict.errors.push("randomSamplingPercentage must be in range [0.0, 100.0]");
  }
  return verdict;
}
