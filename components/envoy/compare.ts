import type { ProxyConfig } from "./config.ts";
import { type Json, list, text, texts } from "./json.ts";
import { chainMatch, endpointAddress } from "./words.ts";

export interface Difference {
  readonly kind: "added" | "removed" | "changed";
  /** What differs, e.g. "Listener virtualInbound · filter chain …". */
  readonly what: string;
  readonly before: string;
  readonly after: string;
}

/** The parts in which two moments of one proxy differ. */
export function compareConfigs(before: ProxyConfig, after: ProxyConfig): Difference[] {
  const [old, now] = [parts(before), parts(after)];
  const names = [...new Set([...old.keys(), ...now.keys()])].sort();
  return names.flatMap((what): Difference[] => {
    const [a, b] = [old.get(what), now.get(what)];
    if (a === b) return [];
    const kind = a === undefined ? "added" : b === undefined ? "removed" : "changed";
    return [{ kind, what, before: a ?? "", after: b ?? "" }];
  });
}

const pretty = (value: Json): string => JSON.stringify(value, null, 2);

function parts(config: ProxyConfig): Map<string, string> {
  const found = new Map<string, string>();
  for (const { name, raw } of config.listeners) {
    const { filter_chains: _chains, ...head } = raw;
    found.set(`Listener ${name}`, pretty(head));
    list(raw, "filter_chains").forEach((chain) => {
      const base = `Listener ${name} · filter chain ${text(chain, "name")} (${chainMatch(chain)})`;
      let what = base;
      for (let again = 2; found.has(what); again += 1) what = `${base} #${again}`;
      found.set(what, pretty(chain));
    });
  }
  for (const [name, routes] of config.routes)
    for (const host of list(routes, "virtual_hosts"))
      found.set(`Route ${name} · ${texts(host, "domains")[0] ?? text(host, "name")}`, pretty(host));
  for (const [name, cluster] of config.clusters) found.set(`Cluster ${name}`, pretty(cluster));
  for (const [name, endpoints] of config.endpoints)
    found.set(`Endpoints ${name}`, endpoints.map(endpointAddress).toSorted().join("\n"));
  return found;
}
