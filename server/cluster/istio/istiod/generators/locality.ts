import type { LocalityLbEndpoints } from "../../../xds/index.ts";
import type { LocalityLbSetting } from "../model/networking.ts";
import type { Locality, MeshEndpoint } from "../push/registry.ts";

/** Endpoints of one place, while they are given weights and priorities. */
export interface Group {
  readonly locality: Locality;
  readonly endpoints: readonly MeshEndpoint[];
  readonly weight: number;
  readonly priority: number;
}

export interface LocalityClient {
  readonly locality: Locality;
  readonly labels: Readonly<Record<string, string>>;
}

/** Endpoints by region, zone and subzone; a group weighs what its endpoints do. */
export function byLocality(endpoints: readonly MeshEndpoint[]): readonly Group[] {
  const groups = new Map<string, MeshEndpoint[]>();
  for (const endpoint of endpoints) {
    const key = nameOf(endpoint.locality);
    const group = groups.get(key);
    if (group) group.push(endpoint);
    else groups.set(key, [endpoint]);
  }
  return [...groups.entries()]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([, group]) => groupOf(group[0]?.locality ?? {}, group, 0));
}

function groupOf(locality: Locality, endpoints: readonly MeshEndpoint[], priority: number): Group {
  const weight = endpoints.reduce((sum, { weight: own }) => sum + (own ?? 1), 0);
  return { locality, endpoints, weight, priority };
}

const nameOf = ({ region = "", zone = "", subZone = "" }: Locality): string => `${region}/${zone}/${subZone}`;

/**
 * How a client at a place uses the places of a service: by the shares that were asked for, or the nearest first.
 * Failing over needs outlier detection: without it nobody would notice that a place is down. Follows
 * networking/core/loadbalancer.go.
 */
export function applyLocality(
  groups: readonly Group[],
  setting: LocalityLbSetting,
  client: LocalityClient & { readonly detectsOutliers: boolean },
): readonly Group[] {
  if (!client.locality.region && !setting.failoverPriority) return groups;
  if (setting.distribute?.length) return distributed(groups, setting.distribute, client.locality);
  if (!client.detectsOutliers || setting.enabled === false) return groups;
  if (setting.failoverPriority?.length)
    return byLabels(groups, setting.failoverPriority, { ...topology(client.locality), ...client.labels });
  return consecutive(
    groups.map((group) => ({ ...group, priority: distance(group.locality, client.locality, setting) })),
  );
}

/** `region/zone/subzone`, each part perhaps `*`, later parts perhaps left out. */
function matches(pattern: string, locality: Locality): boolean {
  const [region = "*", zone = "*", subZone = "*"] = pattern.split("/");
  const fits = (wanted: string, own: string | undefined) => wanted === "*" || wanted === (own ?? "");
  return fits(region, locality.region) && fits(zone, locality.zone) && fits(subZone, locality.subZone);
}

function distributed(
  groups: readonly Group[],
  rules: NonNullable<LocalityLbSetting["distribute"]>,
  client: Locality,
): readonly Group[] {
  const rule = rules.find(({ from = "*" }) => matches(from, client));
  if (!rule) return groups;
  const left = new Set(groups);
  const result: Group[] = [];
  // The most specific places take theirs first: `west/*` is for what `west/a/*` has not taken.
  for (const [pattern, share] of Object.entries(rule.to ?? {}).sort(([a], [b]) => depth(b) - depth(a))) {
    const own = [...left].filter(({ locality }) => matches(pattern, locality));
    const total = own.reduce((sum, { weight }) => sum + weight, 0);
    for (const group of own) {
      left.delete(group);
      result.push({ ...group, weight: Math.ceil((group.weight * share) / total) });
    }
  }
  return result
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => nameOf(a.locality).localeCompare(nameOf(b.locality)));
}

const depth = (pattern: string): number => pattern.split("/").filter((part) => part !== "*").length;

function distance(locality: Locality, client: Locality, { failover = [] }: LocalityLbSetting): number {
  if (locality.region !== client.region) {
    const rule = failover.find(({ from }) => from === client.region);
    return rule && rule.to !== locality.region ? 4 : 3;
  }
  if (locality.zone !== client.zone) return 2;
  return locality.subZone === client.subZone ? 0 : 1;
}

/** Priorities without gaps: Envoy takes no cluster whose priorities have holes. */
function consecutive(groups: readonly Group[]): readonly Group[] {
  const used = [...new Set(groups.map(({ priority }) => priority))].sort((a, b) => a - b);
  return groups.map((group) => ({ ...group, priority: used.indexOf(group.priority) }));
}

const topology = ({ region = "", zone = "", subZone = "" }: Locality): Readonly<Record<string, string>> => ({
  "topology.kubernetes.io/region": region,
  "topology.kubernetes.io/zone": zone,
  "topology.istio.io/subzone": subZone,
});

/** The more of the labels agree from the first on, the nearer. `key=value` asks for a value of its own. */
function byLabels(
  groups: readonly Group[],
  labels: readonly string[],
  client: Readonly<Record<string, string>>,
): readonly Group[] {
  const split = groups.flatMap((group) => {
    const near = new Map<number, MeshEndpoint[]>();
    for (const endpoint of group.endpoints) {
      const own: Readonly<Record<string, string>> = { ...topology(endpoint.locality), ...endpoint.labels };
      const agreed = labels.findIndex((label) => {
        const [key = "", value = client[key]] = label.split("=");
        return own[key] !== value;
      });
      const priority = agreed < 0 ? 0 : labels.length - agreed;
      near.set(priority, [...(near.get(priority) ?? []), endpoint]);
    }
    return [...near].map(([priority, endpoints]) => groupOf(group.locality, endpoints, priority));
  });
  return consecutive(split.sort((a, b) => a.priority - b.priority));
}

export type LocalityFields = Pick<LocalityLbEndpoints, "locality" | "loadBalancingWeight" | "priority">;

export const localityFields = ({ locality, weight, priority }: Group): LocalityFields => ({
  locality,
  loadBalancingWeight: weight,
  ...(priority > 0 ? { priority } : {}),
});
