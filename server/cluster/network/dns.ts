import { isAddress } from "./addresses.ts";
import type { ServiceTable } from "./services.ts";

export const CLUSTER_DOMAIN = "cluster.local";

/** The service address of cluster DNS, which resolv.conf names; the network itself answers. */
export const CLUSTER_DNS_IP = "10.96.0.10";

/** options ndots:5 of the resolv.conf that the kubelet writes. */
const NDOTS = 5;

export interface DnsRecords {
  readonly services: ServiceTable;
  podExists(ip: string): boolean;
}

export function searchPath(namespace: string): readonly string[] {
  return [`${namespace}.svc.${CLUSTER_DOMAIN}`, `svc.${CLUSTER_DOMAIN}`, CLUSTER_DOMAIN];
}

/** The names tried for a name, in order, as the resolver of libc does with the cluster's search path. */
export function candidates(name: string, search: readonly string[]): readonly string[] {
  if (name.endsWith(".")) return [name.slice(0, -1)];
  const searched = search.map((domain) => `${name}.${domain}`);
  return name.split(".").length - 1 >= NDOTS ? [name, ...searched] : [...searched, name];
}

/** First candidate that has addresses; undefined when none has. `fqdn` is the name that answered. */
export function lookup(
  name: string,
  search: readonly string[],
  records: DnsRecords,
): { readonly fqdn: string; readonly addresses: readonly string[] } | undefined {
  for (const fqdn of candidates(name.toLowerCase(), search)) {
    const addresses = answer(fqdn, records, 0);
    if (addresses.length > 0) return { fqdn, addresses };
  }
  return undefined;
}

// Follows the kubernetes plugin of CoreDNS: <service>.<ns>.svc, <hostname or dashed ip>.<service>.<ns>.svc, <dashed ip>.<ns>.pod.
function answer(fqdn: string, records: DnsRecords, depth: number): readonly string[] {
  if (!fqdn.endsWith(`.${CLUSTER_DOMAIN}`)) return [];
  const labels = fqdn.slice(0, -CLUSTER_DOMAIN.length - 1).split(".");
  const kind = labels.pop();
  const namespace = labels.pop();
  if (namespace === undefined) return [];
  if (kind === "pod") return podAnswer(labels, records);
  if (kind !== "svc") return [];
  const [name = "", hostname] = labels.reverse();
  const service = records.services.get({ namespace, name });
  if (!service || labels.length > 2) return [];
  // A CNAME to a name of the cluster is followed; names outside have no answer here.
  if (service.externalName !== undefined)
    return depth < 8 ? answer(service.externalName.replace(/\.$/, ""), records, depth + 1) : [];
  const addresses = service.addresses ?? [];
  if (hostname !== undefined)
    return addresses
      .filter((address) => (address.hostname ?? dashed(address.ip)) === hostname)
      .map((address) => address.ip);
  if (service.clusterIP === "None") return addresses.map((address) => address.ip);
  return service.clusterIP ? [service.clusterIP] : [];
}

function podAnswer(labels: readonly string[], records: DnsRecords): readonly string[] {
  const ip = labels[0]?.replaceAll("-", ".") ?? "";
  return labels.length === 1 && isAddress(ip) && records.podExists(ip) ? [ip] : [];
}

const dashed = (ip: string) => ip.replaceAll(".", "-");
