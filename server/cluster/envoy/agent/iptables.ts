import type { ContainerContext, RunningProgram } from "../../container/index.ts";
import type { RedirectRules } from "../../network/index.ts";

interface Settings {
  readonly envoyPort: string;
  readonly inboundPort: string;
  readonly uid: string;
  readonly mode: string;
  readonly inboundPorts: string;
  readonly excludeInbound: string;
  readonly excludeOutbound: string;
  readonly includeRanges: string;
  readonly excludeRanges: string;
  readonly dryRun: boolean;
}

const FLAG_NAMES: Readonly<Record<string, keyof Settings>> = {
  p: "envoyPort",
  "envoy-port": "envoyPort",
  z: "inboundPort",
  "inbound-capture-port": "inboundPort",
  u: "uid",
  "proxy-uid": "uid",
  m: "mode",
  "istio-inbound-interception-mode": "mode",
  b: "inboundPorts",
  "istio-inbound-ports": "inboundPorts",
  d: "excludeInbound",
  "istio-local-exclude-ports": "excludeInbound",
  o: "excludeOutbound",
  "istio-local-outbound-ports-exclude": "excludeOutbound",
  i: "includeRanges",
  "istio-service-cidr": "includeRanges",
  x: "excludeRanges",
  "istio-service-exclude-cidr": "excludeRanges",
};

/** `-p 15001`, `-p=15001`, `--envoy-port 15001`; flags that change nothing here are read past. */
export function parseIptables(args: readonly string[]): Settings {
  const values: Record<string, string> = {};
  for (let i = 0; i < args.length; i++) {
    const [, name = "", inline] = /^--?([^=]+)(?:=(.*))?$/s.exec(args[i] ?? "") ?? [];
    const setting = FLAG_NAMES[name];
    if (setting) values[setting] = unquote(inline ?? args[++i] ?? "");
  }
  return {
    envoyPort: values.envoyPort ?? "15001",
    inboundPort: values.inboundPort ?? "15006",
    uid: values.uid || "1337",
    mode: values.mode || "REDIRECT",
    inboundPorts: values.inboundPorts ?? "",
    excludeInbound: values.excludeInbound ?? "",
    excludeOutbound: values.excludeOutbound ?? "",
    includeRanges: values.includeRanges ?? "",
    excludeRanges: values.excludeRanges ?? "",
    dryRun: args.includes("-n") || args.includes("--dry-run"),
  };
}

// The injected argument for "nothing" is a pair of quotes.
const unquote = (text: string) => text.replace(/^"(.*)"$/s, "$1");

const ports = (text: string) =>
  text
    .split(",")
    .map((one) => Number(one.trim()))
    .filter((one) => Number.isInteger(one) && one > 0);
const ranges = (text: string) =>
  text
    .split(",")
    .map((one) => one.trim())
    .filter(Boolean);

export function rulesOf(settings: Settings): RedirectRules {
  return {
    outboundPort: Number(settings.envoyPort),
    inboundPort: Number(settings.inboundPort),
    proxyUid: Number(settings.uid),
    excludeInboundPorts: ports(settings.excludeInbound),
    excludeOutboundPorts: ports(settings.excludeOutbound),
    includeOutboundRanges: ranges(settings.includeRanges),
    excludeOutboundRanges: ranges(settings.excludeRanges),
  };
}

/** `istio-iptables …`, the init container: sets the pod's redirect and says what it did. */
export function runIptables(context: ContainerContext, args: readonly string[]): RunningProgram {
  const settings = parseIptables(args);
  context.stdout(report(settings, context.pod.ip));
  let code = 0;
  if (settings.mode !== "REDIRECT") {
    context.stderr(`interception mode ${settings.mode} is not supported by the practice cluster\n`);
    code = 1;
  } else if (settings.inboundPorts !== "*" && settings.inboundPorts !== "") {
    context.stderr(
      "a list of inbound ports (-b) is not supported by the practice cluster; use * and exclusions\n",
    );
    code = 1;
  } else if (!settings.dryRun) context.network.redirect(rulesOf(settings));
  return { exited: Promise.resolve(code), kill: () => undefined };
}

function report(settings: Settings, ip: string): string {
  const excluded = ports(settings.excludeInbound);
  const outside = ports(settings.excludeOutbound);
  const rules = [
    "* nat",
    "-N ISTIO_INBOUND",
    "-N ISTIO_REDIRECT",
    "-N ISTIO_IN_REDIRECT",
    "-N ISTIO_OUTPUT",
    "-A ISTIO_INBOUND -p tcp --dport 15008 -j RETURN",
    `-A ISTIO_REDIRECT -p tcp -j REDIRECT --to-ports ${settings.envoyPort}`,
    `-A ISTIO_IN_REDIRECT -p tcp -j REDIRECT --to-ports ${settings.inboundPort}`,
    "-A PREROUTING -p tcp -j ISTIO_INBOUND",
    ...excluded.map((port) => `-A ISTIO_INBOUND -p tcp --dport ${port} -j RETURN`),
    "-A ISTIO_INBOUND -p tcp -j ISTIO_IN_REDIRECT",
    "-A OUTPUT -p tcp -j ISTIO_OUTPUT",
    ...outside.map((port) => `-A ISTIO_OUTPUT -p tcp --dport ${port} -j RETURN`),
    "-A ISTIO_OUTPUT -o lo -s 127.0.0.6/32 -j RETURN",
    ...["uid", "gid"].flatMap((kind) => [
      `-A ISTIO_OUTPUT -o lo ! -d 127.0.0.1/32 -p tcp ! --dport 15008 -m owner --${kind}-owner ${settings.uid} -j ISTIO_IN_REDIRECT`,
      `-A ISTIO_OUTPUT -o lo -m owner ! --${kind}-owner ${settings.uid} -j RETURN`,
      `-A ISTIO_OUTPUT -m owner --${kind}-owner ${settings.uid} -j RETURN`,
    ]),
    "-A ISTIO_OUTPUT -d 127.0.0.1/32 -j RETURN",
    ...ranges(settings.excludeRanges).map((range) => `-A ISTIO_OUTPUT -d ${range} -j RETURN`),
    ...(settings.includeRanges === "*"
      ? ["-A ISTIO_OUTPUT -j ISTIO_REDIRECT"]
      : ranges(settings.includeRanges).map((range) => `-A ISTIO_OUTPUT -d ${range} -j ISTIO_REDIRECT`)),
    "COMMIT",
  ];
  return `Istio iptables variables:
PROXY_PORT=${settings.envoyPort}
PROXY_INBOUND_CAPTURE_PORT=${settings.inboundPort}
PROXY_TUNNEL_PORT=15008
PROXY_UID=${settings.uid}
PROXY_GID=${settings.uid}
INBOUND_INTERCEPTION_MODE=${settings.mode}
INBOUND_TPROXY_MARK=1337
INBOUND_TPROXY_ROUTE_TABLE=133
INBOUND_PORTS_INCLUDE=${settings.inboundPorts}
INBOUND_PORTS_EXCLUDE=${settings.excludeInbound}
OUTBOUND_OWNER_GROUPS_INCLUDE=*
OUTBOUND_OWNER_GROUPS_EXCLUDE=
OUTBOUND_IP_RANGES_INCLUDE=${settings.includeRanges}
OUTBOUND_IP_RANGES_EXCLUDE=${settings.excludeRanges}
OUTBOUND_PORTS_INCLUDE=
OUTBOUND_PORTS_EXCLUDE=${settings.excludeOutbound}
KUBE_VIRT_INTERFACES=
ENABLE_INBOUND_IPV6=false
POD_IP=${ip}

# The practice cluster has no kernel tables: the pod network applies the same decisions. As rules they would read:
${rules.join("\n")}
`;
}
