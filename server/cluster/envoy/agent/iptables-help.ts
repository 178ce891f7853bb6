interface Flag {
  readonly short?: string;
  readonly long: string;
  readonly type?: string;
  readonly text: string;
}

// Names, types and defaults follow istio/tools/istio-iptables/pkg/cmd/root.go (1.21); the sentences are ours.
const FLAGS: readonly Flag[] = [
  {
    long: "capture-all-dns",
    text: "Capture DNS queries to any resolver, not only to those in /etc/resolv.conf",
  },
  { long: "cni-mode", text: "Run on behalf of the CNI plugin" },
  { long: "drop-invalid", text: "Drop packets that connection tracking finds invalid" },
  { short: "n", long: "dry-run", text: "Print what would be done without calling any external tool" },
  { long: "dual-stack", text: "Set rules for IPv4 and IPv6" },
  {
    short: "p",
    long: "envoy-port",
    type: "string",
    text: 'Port to which all outgoing TCP traffic is redirected (default "15001")',
  },
  { short: "h", long: "help", text: "help for istio-iptables" },
  {
    short: "z",
    long: "inbound-capture-port",
    type: "string",
    text: 'Port to which all incoming TCP traffic is redirected (default "15006")',
  },
  {
    short: "e",
    long: "inbound-tunnel-port",
    type: "string",
    text: 'Port for tunnelled incoming TCP traffic (default "15008")',
  },
  {
    long: "iptables-probe-port",
    type: "uint16",
    text: "Port on which the check of the rules listens (default 15002)",
  },
  { long: "iptables-trace-logging", text: "Log each packet that passes the rules" },
  { long: "iptables-version", type: "string", text: "iptables variant to use; empty means detect" },
  {
    short: "c",
    long: "istio-exclude-interfaces",
    type: "string",
    text: "Comma separated network interfaces whose traffic is not captured",
  },
  {
    short: "b",
    long: "istio-inbound-ports",
    type: "string",
    text: "Comma separated incoming ports to redirect; * means all, empty means none",
  },
  {
    short: "m",
    long: "istio-inbound-interception-mode",
    type: "string",
    text: "How incoming connections are redirected, REDIRECT or TPROXY",
  },
  { short: "t", long: "istio-inbound-tproxy-mark", type: "string", text: '(default "1337")' },
  { short: "r", long: "istio-inbound-tproxy-route-table", type: "string", text: '(default "133")' },
  {
    short: "d",
    long: "istio-local-exclude-ports",
    type: "string",
    text: "Comma separated incoming ports left alone; only with -b *",
  },
  {
    short: "o",
    long: "istio-local-outbound-ports-exclude",
    type: "string",
    text: "Comma separated outgoing ports left alone",
  },
  {
    short: "q",
    long: "istio-outbound-ports",
    type: "string",
    text: "Comma separated outgoing ports to redirect in any case",
  },
  {
    short: "i",
    long: "istio-service-cidr",
    type: "string",
    text: "Comma separated CIDR ranges of outgoing traffic to redirect; * means all, empty means none",
  },
  {
    short: "x",
    long: "istio-service-exclude-cidr",
    type: "string",
    text: "Comma separated CIDR ranges of outgoing traffic left alone; only with -i *",
  },
  {
    short: "k",
    long: "kube-virt-interfaces",
    type: "string",
    text: "Comma separated virtual interfaces whose incoming traffic counts as outgoing",
  },
  { long: "network-namespace", type: "string", text: "Network namespace in which the rules are set" },
  { long: "probe-timeout", type: "duration", text: "How long the check of the rules waits (default 5s)" },
  {
    short: "g",
    long: "proxy-gid",
    type: "string",
    text: "Group whose traffic is not redirected (defaults to -u)",
  },
  {
    short: "u",
    long: "proxy-uid",
    type: "string",
    text: "User whose traffic is not redirected: the proxy's",
  },
  { long: "redirect-dns", text: "Redirect DNS queries to the agent" },
  { short: "f", long: "restore-format", text: "Print rules in the form of iptables-restore (default true)" },
  { long: "run-validation", text: "Check the rules after setting them" },
  { long: "skip-rule-apply", text: "Do not set any rule" },
];

const GLOBAL: readonly Flag[] = [
  { long: "log_as_json", text: "Log in JSON" },
  { long: "log_caller", type: "string", text: "Comma separated scopes for which the caller is logged" },
  {
    long: "log_output_level",
    type: "string",
    text: 'Comma separated scope:level pairs (default "default:info")',
  },
  {
    long: "log_stacktrace_level",
    type: "string",
    text: 'Comma separated scope:level pairs (default "default:none")',
  },
  { long: "log_target", type: "stringArray", text: "Paths where the log goes (default [stdout])" },
  { long: "vklog", type: "Level", text: "Verbosity of Kubernetes client logging, e.g. --vklog=9" },
];

function table(flags: readonly Flag[]): string {
  const left = (flag: Flag) =>
    `  ${flag.short ? `-${flag.short},` : "   "} --${flag.long}${flag.type ? ` ${flag.type}` : ""}`;
  const width = Math.max(...flags.map((flag) => left(flag).length)) + 3;
  return flags.map((flag) => `${left(flag).padEnd(width)}${flag.text}\n`).join("");
}

/** `pilot-agent istio-iptables --help`, in cobra's layout. */
export const IPTABLES_HELP = `istio-iptables is responsible for setting up port forwarding for Istio Sidecar.

Usage:
  pilot-agent istio-iptables [flags]

Flags:
${table([...FLAGS].sort((a, b) => (a.long < b.long ? -1 : 1)))}
Global Flags:
${table(GLOBAL)}`;
