import { seconds } from "../generators/durations.ts";
import type { HttpRoute, VirtualService } from "../model/networking.ts";
import { type Findings, noFindings } from "./findings.ts";

const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"]);

const RETRY_CONDITIONS = new Set([
  "5xx",
  "gateway-error",
  "reset",
  "reset-before-request",
  "connect-failure",
  "retriable-4xx",
  "refused-stream",
  "retriable-status-codes",
  "retriable-headers",
  "envoy-ratelimited",
  "http3-post-connect-failure",
  "cancelled",
  "deadline-exceeded",
  "internal",
  "resource-exhausted",
  "unavailable",
]);

/** Follows pkg/config/validation ValidateVirtualService. */
export function validateVirtualService({ spec }: VirtualService): Findings {
  const findings = noFindings();
  const { errors } = findings;
  const hosts = spec.hosts ?? [];
  const gateways = spec.gateways ?? [];
  const inMesh = gateways.length === 0 || gateways.includes("mesh");
  // Without hosts it is the child of another one, and has no gateways of its own.
  if (hosts.length === 0 && gateways.length > 0)
    errors.push("delegate virtual service must have no gateways specified");
  if (inMesh && hosts.includes("*"))
    errors.push("wildcard host * is not allowed for virtual services bound to the mesh gateway");
  for (const [index, host] of hosts.entries()) {
    const first = hosts.indexOf(host);
    if (first < index) errors.push(`duplicate hosts in virtual service: ${hosts[first] ?? ""} & ${host}`);
  }
  if (!spec.http?.length && !spec.tcp?.length && !spec.tls?.length)
    errors.push("http, tcp or tls must be provided in virtual service");
  for (const route of spec.http ?? []) validateRoute(route, findings, hosts.length === 0);
  return findings;
}

function validateRoute(route: HttpRoute, findings: Findings, isDelegate: boolean): void {
  const { errors } = findings;
  const destinations = route.route ?? [];
  if (route.redirect && destinations.length > 0)
    errors.push("HTTP route cannot contain both route and redirect");
  if (route.directResponse && destinations.length > 0)
    errors.push("HTTP route cannot contain both route and direct_response");
  if (!route.redirect && !route.directResponse && !route.delegate && destinations.length === 0)
    errors.push("HTTP route, redirect or direct_response is required");
  if (route.delegate && isDelegate) errors.push("delegate HTTP route cannot contain delegate");
  validateWeights(route, errors);
  for (const match of route.match ?? []) {
    for (const name of Object.keys(match.headers ?? {}))
      if (name === "") errors.push("header name cannot be empty");
    const method = match.method?.exact;
    if (method !== undefined && !METHODS.has(method))
      errors.push(`"${method}" is not a supported HTTP method`);
    for (const text of [
      match.uri?.regex,
      ...Object.values(match.headers ?? {}).map((header) => header.regex),
    ])
      if (text !== undefined && !isRegex(text)) errors.push(`invalid regex: error parsing regexp: ${text}`);
  }
  for (const method of route.corsPolicy?.allowMethods ?? [])
    if (method !== "*" && !METHODS.has(method)) errors.push(`"${method}" is not a supported HTTP method`);
  validateFault(route, findings);
  validateTimes(route, errors);
}

function validateWeights({ route = [] }: HttpRoute, errors: string[]): void {
  for (const { weight, destination } of route) {
    if (weight !== undefined && weight < 0) errors.push(`weight ${weight} < 0`);
    if (!destination.host) errors.push("destination must have a host");
  }
  if (route.length > 1 && route.every(({ weight = 0 }) => weight === 0))
    errors.push("total destination weight = 0");
}

function validateFault({ fault }: HttpRoute, { errors, warnings }: Findings): void {
  if (!fault) return;
  if (!fault.abort && !fault.delay) {
    errors.push("HTTP fault injection must have an abort and/or a delay");
    return;
  }
  const { delay, abort } = fault;
  if (delay) {
    if (delay.fixedDelay !== undefined && (seconds(delay.fixedDelay) ?? 0) <= 0)
      errors.push("duration must be greater than 1ms");
    if (delay.percent !== undefined)
      warnings.push('using deprecated setting "percent"; use "percentage" instead');
    checkPercentage(delay.percentage?.value, errors);
  }
  if (abort) {
    const { httpStatus } = abort;
    if (httpStatus !== undefined && (httpStatus < 200 || httpStatus > 599))
      errors.push(`HTTP abort status ${httpStatus} is not in range 200-599`);
    checkPercentage(abort.percentage?.value, errors);
  }
}

function checkPercentage(value: number | undefined, errors: string[]): void {
  if (value === undefined) return;
  if (value < 0 || value > 100) errors.push(`percentage ${value} is not in range 0..100`);
}

function validateTimes({ timeout, retries }: HttpRoute, errors: string[]): void {
  if (timeout !== undefined && seconds(timeout) === undefined) errors.push(`invalid duration: ${timeout}`);
  if (!retries) return;
  if ((retries.attempts ?? 0) < 0) errors.push("attempts cannot be negative");
  if (retries.attempts === 0 && (retries.perTryTimeout || retries.retryOn))
    errors.push("http retry policy configured when attempts are set to 0 (disabled)");
  for (const condition of (retries.retryOn ?? "").split(",").map((part) => part.trim()))
    if (condition !== "" && !RETRY_CONDITIONS.has(condition) && !/^\d{3}$/.test(condition))
      errors.push(`"${condition}" is not a valid retryOn policy`);
}

/** RE2 and JavaScript agree on what learners write; what only RE2 knows (inline flags) is let through. */
function isRegex(text: string): boolean {
  try {
    new RegExp(text.replace(/^\(\?[a-z]+\)/, ""));
    return true;
  } catch {
    return false;
  }
}
