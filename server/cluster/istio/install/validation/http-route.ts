import { entries, type Fields, field, list, strings, text } from "./json.ts";
import { durationProblem, isDnsLabel, portProblem, push, wildcardDomainProblem } from "./names.ts";
import { regexProblem } from "./regexp.ts";
import { type Verdict, warn } from "./verdict.ts";

// Follows validateHTTPRoute and what it calls. Header values are not looked into.

const METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"];

const RETRY_POLICIES = new Set(
  "5xx gateway-error reset connect-failure retriable-4xx refused-stream retriable-status-codes retriable-headers envoy-ratelimited cancelled deadline-exceeded internal resource-exhausted unavailable http3-post-connect-failure reset-before-request".split(
    " ",
  ),
);

export function validateHttpRoute(route: Fields, isDelegate: boolean, verdict: Verdict): void {
  const { errors } = verdict;
  conflicts(route, isDelegate, errors);
  for (const match of list(route.match)) validateMatch(match, errors);
  for (const name of headerNames(route)) errors.push(...headerProblems(name));
  validateFault(route.fault, verdict);
  validateCors(route.corsPolicy, errors);
  if (route.mirrorPercent !== undefined)
    warn(verdict, 'using deprecated setting "mirrorPercent", use "mirrorPercentage" instead');
  const mirrored = field(route, "mirrorPercentage", "value");
  if (typeof mirrored === "number" && mirrored > 100)
    errors.push(`mirror_percentage must have a max value of 100 (it has ${mirrored.toFixed(6)})`);
  validateDestination(route.mirror, errors);
  for (const mirror of list(route.mirrors)) {
    if (!mirror.destination) errors.push("destination is required for mirrors");
    else validateDestination(mirror.destination, errors);
    const percent = field(mirror, "percentage", "value");
    if (typeof percent === "number" && percent > 100)
      errors.push(`mirror percentage must have a max value of 100 (it has ${percent.toFixed(6)})`);
    if (typeof percent === "number" && percent < 0)
      errors.push(`mirror percentage must have a min value of 0 (it has ${percent.toFixed(6)})`);
  }
  validateRedirect(route.redirect, errors);
  validateRewrite(route.rewrite, errors);
  const status = field(route, "directResponse", "status");
  if (route.directResponse !== undefined) {
    const size = Buffer.byteLength(text(route.directResponse, "body", "string"));
    const words = "large direct_responses may impact control plane performance";
    if (size > 1024 * 1024) errors.push(`${words}, must be less than 1MB`);
    else if (size > 100 * 1024) warn(verdict, words);
    errors.push(...statusProblems(Number(status ?? 0)));
  }
  validateRetries(route.retries, errors);
  validateDestinations(list(route.route), errors);
  if (route.timeout !== undefined) push(errors, durationProblem(text(route, "timeout")));
}

function conflicts(route: Fields, isDelegate: boolean, errors: string[]): void {
  const routed = list(route.route).length > 0;
  if (route.delegate !== undefined && !isDelegate) {
    if (route.redirect) errors.push(`root HTTP route ${text(route, "name")} must not specify redirect`);
    if (routed) errors.push(`root HTTP route ${text(route, "name")} must not specify route`);
    return;
  }
  if (route.delegate !== undefined) errors.push("delegate HTTP route cannot contain delegate");
  const other = route.redirect ? "redirect" : route.directResponse ? "direct_response" : undefined;
  if (other) {
    if (routed) errors.push(`HTTP route cannot contain both route and ${other}`);
    if (route.fault) errors.push(`HTTP route cannot contain both fault and ${other}`);
    if (route.rewrite) errors.push(`HTTP route rule cannot contain both rewrite and ${other}`);
    if (route.redirect && route.directResponse)
      errors.push("HTTP route rule cannot contain both direct_response and redirect");
  } else if (!routed) errors.push("HTTP route, redirect or direct_response is required");
  if (route.mirror && list(route.mirrors).length > 0)
    errors.push("HTTP route cannot contain both mirror and mirrors");
}

function validateMatch(match: Fields, errors: string[]): void {
  for (const [name, header] of entries(match.headers)) {
    if (header === null) errors.push(`header match ${name} cannot be null`);
    if (field(header, "prefix") === "") errors.push(`header prefix match ${name} may not be empty`);
    if (name === "") errors.push("header name cannot be empty");
    regex(header, "headers", errors);
  }
  for (const where of ["uri", "scheme", "method", "authority"]) regex(match[where], where, errors);
  for (const [, parameter] of entries(match.queryParams)) regex(parameter, "queryParams", errors);
  if (match.port !== undefined && match.port !== 0) push(errors, portProblem(Number(match.port)));
  const namespace = text(match, "sourceNamespace");
  if (namespace && !isDnsLabel(namespace)) errors.push(`sourceNamespace match ${namespace} is invalid`);
}

function regex(match: unknown, where: string, errors: string[]): void {
  const expression = field(match, "regex");
  if (typeof expression !== "string") return;
  if (expression === "") errors.push(`"${where}": regex string match should not be empty`);
  else if (expression.length > 1024)
    errors.push(`"${where}": regex is too large, max length allowed is 1024`);
  else {
    const problem = regexProblem(expression);
    if (problem !== undefined)
      errors.push(
        `"${where}": ${problem}; Istio uses RE2 style regex-based match (https://github.com/google/re2/wiki/Syntax)`,
      );
  }
}

function validateCors(policy: unknown, errors: string[]): void {
  for (const origin of list(field(policy, "allowOrigins"))) {
    const match = text(origin, "exact") || text(origin, "prefix") || text(origin, "regex");
    if (match === "") errors.push("'' is not a valid match type for CORS allow origins");
    else regex(origin, "corsPolicy.allowOrigins", errors);
  }
  for (const method of strings(field(policy, "allowMethods")))
    if (!METHODS.includes(method)) errors.push(`"${method}" is not a supported HTTP method`);
  const age = text(policy, "maxAge");
  if (age) push(errors, durationProblem(age));
}

function validateRewrite(rewrite: unknown, errors: string[]): void {
  if (rewrite === undefined || rewrite === null) return;
  const byRegex = field(rewrite, "uriRegexRewrite");
  if (text(rewrite, "uri") && byRegex) errors.push("rewrite may only contain one of URI or UriRegexRewrite");
  else if (!text(rewrite, "uri") && !byRegex && !text(rewrite, "authority"))
    errors.push(
      "rewrite must specify at least one of URI, UriRegexRewrite, or authority. Only one of URI or UriRegexRewrite may be specified",
    );
  else if (byRegex) {
    const found: string[] = [];
    if (!text(byRegex, "match") || !text(byRegex, "rewrite"))
      found.push("UriRegexRewrite requires both Rewrite and Match fields to be specified");
    else regex({ regex: field(byRegex, "match") }, "HTTPRewrite.UriRegexRewrite.Match", found);
    if (found.length > 0) errors.push(`UriRegexRewrite has errors\n${found.join("\n")}`);
  }
}

const headerNames = (route: Fields): string[] =>
  ["request", "response"].flatMap((side) => [
    ...entries(field(route, "headers", side, "add")).map(([name]) => name),
    ...entries(field(route, "headers", side, "set")).map(([name]) => name),
    ...strings(field(route, "headers", side, "remove")),
  ]);

function headerProblems(name: string): string[] {
  if (name === "") return ["header name cannot be empty"];
  if (name.startsWith(":") && name.toLowerCase() !== ":authority")
    return [`invalid header "${name}": header cannot have ":" prefix`];
  return [];
}

function validateFault(fault: unknown, verdict: Verdict): void {
  if (fault === undefined || fault === null) return;
  const [delay, abort] = [field(fault, "delay"), field(fault, "abort")];
  const { errors } = verdict;
  if (!delay && !abort) errors.push("HTTP fault injection must have an abort and/or a delay");
  if (abort) {
    percentage(abort, errors);
    const status = field(abort, "httpStatus");
    if (status !== undefined) errors.push(...statusProblems(Number(status)));
    else if (field(abort, "grpcStatus") === undefined)
      warn(verdict, "abort configured, but error type not set");
  }
  if (!delay) return;
  percentage(delay, errors);
  if (field(delay, "fixedDelay") !== undefined) push(errors, durationProblem(text(delay, "fixedDelay")));
  if (field(delay, "exponentialDelay") !== undefined) errors.push("exponentialDelay not supported yet");
}

function percentage(fault: unknown, errors: string[]): void {
  const value = field(fault, "percentage", "value");
  if (typeof value !== "number" || value === 0) return;
  if (value < 0.0001 || value > 100)
    errors.push(`percentage ${value} is neither 0.0, nor in range [0.0001, 100.0]`);
}

const statusProblems = (status: number): string[] =>
  status >= 200 && status <= 600 ? [] : [`HTTP status ${status} is not in range 200-599`];

function validateRedirect(redirect: unknown, errors: string[]): void {
  if (redirect === undefined || redirect === null) return;
  const says = ["uri", "authority", "scheme"].some((part) => text(redirect, part));
  const byPort = field(redirect, "port") !== undefined || field(redirect, "derivePort") !== undefined;
  if (!says && !byPort) errors.push("redirect must specify URI, authority, scheme, or port");
  const code = Number(field(redirect, "redirectCode") ?? 0);
  if (code !== 0 && (code < 300 || code > 399))
    errors.push(`${code} is not a valid redirect code, must be 3xx`);
  if (!["", "http", "https"].includes(text(redirect, "scheme")))
    errors.push('invalid redirect scheme, must be "http" or "https"');
}

function validateRetries(retries: unknown, errors: string[]): void {
  if (retries === undefined || retries === null) return;
  const attempts = Number(field(retries, "attempts") ?? 0);
  if (attempts < 0) errors.push("attempts cannot be negative");
  const says = ["perTryTimeout", "retryOn", "retryRemoteLocalities"].some(
    (name) => field(retries, name) !== undefined,
  );
  if (attempts === 0 && says)
    errors.push("http retry policy configured when attempts are set to 0 (disabled)");
  const timeout = text(retries, "perTryTimeout");
  if (timeout) push(errors, durationProblem(timeout));
  for (const policy of text(retries, "retryOn").split(",").filter(Boolean))
    if (!RETRY_POLICIES.has(policy) && !/^[1-5]\d\d$/.test(policy))
      errors.push(`"${policy}" is not a valid retryOn policy`);
}

/** Weighted destinations of HTTP, TLS and TCP routes. */
export function validateDestinations(routes: readonly Fields[], errors: string[]): void {
  let total = 0;
  for (const route of routes) {
    if (!route.destination) errors.push("destination is required");
    validateDestination(route.destination, errors);
    const weight = Number(route.weight ?? 0);
    if (weight < 0) errors.push(`weight ${weight} < 0`);
    total += weight;
  }
  if (routes.length > 1 && total === 0) errors.push("total destination weight = 0");
}

function validateDestination(destination: unknown, errors: string[]): void {
  if (destination === undefined || destination === null) return;
  const host = text(destination, "host");
  if (host === "*") errors.push("invalid destination host *");
  else push(errors, wildcardDomainProblem(host));
  const subset = text(destination, "subset");
  if (subset && !isDnsLabel(subset)) errors.push(`subset name is invalid: ${subset}`);
  if (field(destination, "port") !== undefined)
    push(errors, portProblem(Number(field(destination, "port", "number") ?? 0)));
}
