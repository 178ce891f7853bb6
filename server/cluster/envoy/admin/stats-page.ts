import { inventory, prometheusLines } from "../stats/inventory.ts";
import type { AdminDeps } from "./types.ts";

export function prometheusText(deps: AdminDeps): string {
  const { metrics } = deps.proxy;
  return [
    `# TYPE istio_build gauge\nistio_build{component="proxy",tag="${deps.versions.istio}"} 1\n`,
    metrics.istio.exposition(),
    prometheusLines(inventory(deps.proxy, deps.live())),
  ].join("");
}

/** Text, or an object to be written as JSON. */
export interface StatsPage {
  readonly status: number;
  readonly body: string | object;
}

const page = (body: string | object, status = 200): StatsPage => ({ status, body });

export function stats(deps: AdminDeps, parameters: URLSearchParams): StatsPage {
  if (parameters.get("format") === "prometheus") return page(prometheusText(deps));
  const filter = parameters.get("filter");
  let wanted: RegExp | undefined;
  try {
    wanted = filter === null ? undefined : new RegExp(filter);
  } catch {
    return page(`Invalid re2 regex\n`, 400);
  }
  const usedOnly = parameters.has("usedonly");
  const type = TYPES[parameters.get("type")?.toLowerCase() ?? "all"];
  if (type === undefined) return page("invalid &type= param\n", 404);
  const values = inventory(deps.proxy, deps.live())
    .filter((one) => (!wanted || wanted.test(one.dotted)) && (!usedOnly || one.value !== 0))
    .filter((one) => type.includes(one.type));
  if (parameters.get("format") === "json")
    return page({ stats: values.map(({ dotted, value }) => ({ name: dotted, value })) });
  return page(values.map((one) => `${one.dotted}: ${one.value}\n`).join(""));
}

const TYPES: Readonly<Record<string, readonly string[]>> = {
  all: ["counter", "gauge"],
  counters: ["counter"],
  gauges: ["gauge"],
  histograms: [],
  textreadouts: [],
};
