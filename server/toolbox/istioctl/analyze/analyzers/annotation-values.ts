import net from "node:net";

// Follows pkg/kube/inject/validate.go. `proxy.istio.io/config` is not looked into.

type Check = (value: string) => string | undefined;

const quoted = (text: string) => JSON.stringify(text);

const bool: Check = (value) =>
  /^(1|t|T|TRUE|true|True|0|f|F|FALSE|false|False)$/.test(value)
    ? undefined
    : `strconv.ParseBool: parsing ${quoted(value)}: invalid syntax`;

const unsigned = (value: string, bits: number): string | undefined => {
  if (!/^\d+$/.test(value)) return `strconv.ParseUint: parsing ${quoted(value)}: invalid syntax`;
  return Number(value) < 2 ** bits
    ? undefined
    : `strconv.ParseUint: parsing ${quoted(value)}: value out of range`;
};

const port = (text: string): string | undefined => {
  const problem = unsigned(text.trim(), 16);
  return problem && `failed parsing port '${text}': ${problem}`;
};

function ports(parameter: string): Check {
  return (value) => {
    if (value.trim() === "") return undefined;
    for (const one of value.trim().split(",")) {
      const problem = port(one);
      if (problem) return `${parameter} invalid: failed parsing port '${one}': ${problem}`;
    }
    return undefined;
  };
}

function ranges(parameter: string): Check {
  return (value) => {
    for (const range of value === "" ? [] : value.split(",")) {
      const problem = prefixProblem(range);
      if (problem) return `${parameter} invalid: failed parsing cidr '${range}': ${problem}`;
    }
    return undefined;
  };
}

/** In the words of Go's netip.ParsePrefix. */
function prefixProblem(range: string): string | undefined {
  const slash = range.lastIndexOf("/");
  if (slash < 0) return `netip.ParsePrefix(${quoted(range)}): no '/'`;
  const [address, length] = [range.slice(0, slash), range.slice(slash + 1)];
  const family = net.isIP(address);
  if (family === 0)
    return `netip.ParsePrefix(${quoted(range)}): ParseAddr(${quoted(address)}): unable to parse IP`;
  if (!/^\d+$/.test(length))
    return `netip.ParsePrefix(${quoted(range)}): bad bits after slash: ${quoted(length)}`;
  if (Number(length) > (family === 4 ? 32 : 128))
    return `netip.ParsePrefix(${quoted(range)}): prefix length out of range`;
  return undefined;
}

const unlessAll =
  (check: Check): Check =>
  (value) =>
    value === "*" ? undefined : check(value);

const uint32: Check = (value) => unsigned(value, 32);

const CHECKS: ReadonlyMap<string, Check> = new Map<string, Check>([
  [
    "sidecar.istio.io/interceptionMode",
    (value) =>
      ["REDIRECT", "TPROXY", "NONE"].includes(value)
        ? undefined
        : `interceptionMode invalid, use REDIRECT,TPROXY,NONE: ${value}`,
  ],
  ["sidecar.istio.io/enableCoreDump", bool],
  ["status.sidecar.istio.io/port", (value) => prefixed("excludeInboundPorts invalid: ", port(value))],
  ["readiness.status.sidecar.istio.io/initialDelaySeconds", uint32],
  ["readiness.status.sidecar.istio.io/periodSeconds", uint32],
  ["readiness.status.sidecar.istio.io/failureThreshold", uint32],
  ["traffic.sidecar.istio.io/includeOutboundIPRanges", unlessAll(ranges("includeIPRanges"))],
  ["traffic.sidecar.istio.io/excludeOutboundIPRanges", ranges("excludeIPRanges")],
  ["traffic.sidecar.istio.io/includeInboundPorts", unlessAll(ports("includeInboundPorts"))],
  ["traffic.sidecar.istio.io/excludeInboundPorts", ports("excludeInboundPorts")],
  ["traffic.sidecar.istio.io/excludeOutboundPorts", ports("excludeOutboundPorts")],
  ["prometheus.istio.io/merge-metrics", bool],
]);

const prefixed = (prefix: string, problem: string | undefined) => problem && `${prefix}${problem}`;

/** What is wrong with the value of an annotation that Istio reads. */
export const annotationProblem = (name: string, value: string): string | undefined =>
  CHECKS.get(name)?.(value);
