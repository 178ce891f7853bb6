import { entries, field, list, strings, text } from "./json.ts";

const TOPOLOGY = [
  "topology.kubernetes.io/region",
  "topology.kubernetes.io/zone",
  "topology.istio.io/subzone",
];

/** Follows validateLocalityLbSetting: some findings end the search. */
export function localityProblems(setting: unknown): string[] {
  const [distribute, failover] = [list(field(setting, "distribute")), list(field(setting, "failover"))];
  if (distribute.length > 0 && failover.length > 0)
    return ["can not simultaneously specify 'distribute' and 'failover'"];
  const topology = strings(field(setting, "failoverPriority")).find((one) => TOPOLOGY.includes(one));
  if (failover.length > 0 && topology !== undefined)
    return [`can not simultaneously set 'failover' and topology label '${topology}' in 'failover_priority'`];
  const problems: string[] = [];
  for (const { to } of distribute) {
    const weights = entries(to).map(([, weight]) => Number(weight));
    if (weights.some((weight) => weight <= 0 || weight > 100))
      return [...problems, "locality weight must be in range [1, 100]"];
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    if (total !== 100) return [...problems, `total locality weight ${total} != 100`];
    problems.push(...placeProblems(entries(to).map(([place]) => place)));
  }
  problems.push(...placeProblems(distribute.map((one) => text(one, "from"))));
  for (const one of failover) {
    const [from, to] = [text(one, "from"), text(one, "to")];
    if (from === to) problems.push("locality lb failover settings must specify different regions");
    if (`${from}${to}`.includes("/")) problems.push("locality lb failover only specify region");
    if (`${from}${to}`.includes("*"))
      problems.push("locality lb failover region should not contain '*' wildcard");
  }
  return problems;
}

/** The first thing that is wrong with a list of places. */
function placeProblems(places: readonly string[]): string[] {
  const before: string[][] = [];
  for (const place of places) {
    const stars = place.split("*").length - 1;
    if (stars > 1 || (stars === 1 && !place.endsWith("*")))
      return [`locality ${place} wildcard '*' number can not exceed 1 and must be in the end`];
    const parts = place.split("/").slice(0, 3);
    if (parts.includes("")) return [`locality ${place} must not contain empty region/zone/subzone info`];
    const own = parts.at(-1) === "*" ? parts.slice(0, -1) : parts;
    const within = (a: readonly string[], b: readonly string[]) =>
      a.every((part, index) => part === b[index]);
    if (before.some((one) => within(one, own) || within(own, one)))
      return [`locality ${place} overlap with previous specified ones`];
    before.push(own);
  }
  return [];
}
