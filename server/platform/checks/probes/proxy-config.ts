import type { ConditionProbe } from "../../labs/index.ts";
import type { ProbeContext } from "../context.ts";
import { isRecord } from "../field-path.ts";
import { limits } from "../limits.ts";
import type { Outcome } from "../outcome.ts";
import { commandLine } from "../shell.ts";
import { podOfDeployment } from "../workloads.ts";

type ProxyConfigProbe = Extract<ConditionProbe, { type: "proxyConfig" }>["proxyConfig"];
type Pattern = Readonly<Record<string, string | number | boolean>>;

/** Looks into the configuration that a pod's Envoy executes, as its own admin interface shows it. */
export async function probeProxyConfig(probe: ProxyConfigProbe, context: ProbeContext): Promise<Outcome> {
  const evidence = {
    command: commandLine([
      "istioctl",
      "proxy-config",
      "all",
      `deploy/${probe.deploy}`,
      "-n",
      probe.ns,
      "-o",
      "json",
    ]),
  };
  const pod = await podOfDeployment(context.cluster, probe, context.signal);
  const { containerNames } = pod;
  if (!containerNames.includes("istio-proxy"))
    return { kind: "failed", expected: describe(probe), actual: `${pod.name} has no sidecar`, evidence };
  const result = await context.cluster.exec({
    namespace: probe.ns,
    pod: pod.name,
    container: "istio-proxy",
    command: ["pilot-agent", "request", "GET", "config_dump"],
    signal: context.signal,
  });
  if (result.exitCode !== 0)
    return {
      kind: "unknown",
      why: `the sidecar of ${pod.name} does not show its configuration: ${result.stderr.trim()}`,
    };
  return judge(probe, JSON.parse(result.stdout), evidence);
}

function judge(probe: ProxyConfigProbe, dump: unknown, evidence: { command: string }): Outcome {
  const entries = entriesOf(dump, probe);
  const expected = describe(probe);
  if (entries.length === 0)
    return {
      kind: "failed",
      expected,
      actual: `no ${probe.name ?? "entry"} among its ${probe.section}`,
      evidence,
    };
  const count = (pattern: Pattern) =>
    entries.reduce((sum: number, entry) => sum + occurrences(entry, pattern), 0);
  if (probe.present && count(probe.present) === 0)
    return { kind: "failed", expected, actual: `${text(probe.present)} is not there`, evidence };
  const found = probe.absent ? count(probe.absent) : 0;
  if (probe.absent && found > 0)
    return {
      kind: "failed",
      expected,
      actual: `${text(probe.absent)} is there, ${found} ${found === 1 ? "time" : "times"}`,
      evidence,
    };
  return { kind: "passed", evidence };
}

const dumpTypes: Readonly<Record<ProxyConfigProbe["section"], string>> = {
  bootstrap: "BootstrapConfigDump",
  clusters: "ClustersConfigDump",
  listeners: "ListenersConfigDump",
  routes: "RoutesConfigDump",
  secrets: "SecretsConfigDump",
};

/** The section's entries that are in force: what warms up or drains says nothing about new connections. */
function entriesOf(dump: unknown, probe: ProxyConfigProbe): unknown[] {
  const configs = isRecord(dump) && Array.isArray(dump.configs) ? dump.configs : [];
  const section: unknown = configs.find(
    (config) => isRecord(config) && String(config["@type"]).endsWith(`.${dumpTypes[probe.section]}`),
  );
  if (!isRecord(section)) return [];
  if (probe.section === "bootstrap") return [section];
  const entries = Object.entries(section).flatMap(([key, value]): unknown[] =>
    Array.isArray(value) && !key.includes("warming") ? value : [],
  );
  return probe.name === undefined ? entries : entries.filter((entry) => hasName(entry, probe.name ?? ""));
}

/** Each kind of entry keeps its name at another place: beside its state, or in the resource itself. */
function hasName(entry: unknown, name: string): boolean {
  if (!isRecord(entry)) return false;
  return entry.name === name || Object.values(entry).some((part) => isRecord(part) && part.name === name);
}

function occurrences(value: unknown, pattern: Pattern, depth = 0): number {
  if (depth > limits.jsonDepth) return 0;
  if (Array.isArray(value))
    return value.reduce((sum: number, item) => sum + occurrences(item, pattern, depth + 1), 0);
  if (!isRecord(value)) return 0;
  const here = Object.entries(pattern).every(([key, wanted]) => value[key] === wanted) ? 1 : 0;
  return Object.entries(value).reduce(
    (sum, [key, part]) =>
      key === "draining_state" || key === "warming_state" ? sum : sum + occurrences(part, pattern, depth + 1),
    here,
  );
}

function text(pattern: Pattern): string {
  return Object.entries(pattern)
    .map(([key, value]) => `${key}: ${value}`)
    .join(", ");
}

function describe(probe: ProxyConfigProbe): string {
  const where = `${probe.name ?? probe.section} of ${probe.deploy}`;
  const parts = [
    ...(probe.present ? [`${where} has ${text(probe.present)}`] : []),
    ...(probe.absent ? [`${where} has no ${text(probe.absent)}`] : []),
  ];
  return parts.join(", and ");
}
