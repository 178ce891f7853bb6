// The parameters of /api/namespaces/graph (kiali graph/options.go); appenders are always those that we have.
import { parseSeconds } from "./seconds.ts";

export const GRAPH_TYPES = ["app", "service", "versionedApp", "workload"] as const;
export type GraphType = (typeof GRAPH_TYPES)[number];

export interface GraphOptions {
  readonly namespaces: readonly string[];
  readonly graphType: GraphType;
  /** Seconds. */
  readonly duration: number;
  /** Seconds since the epoch. */
  readonly queryTime: number;
  readonly injectServiceNodes: boolean;
  readonly boxByApp: boolean;
  readonly boxByNamespace: boolean;
}

/** Refused with 400 and this message. */
export class BadOption extends Error {
  override readonly name = "BadOption";
}

const DEFAULT_DURATION = 600;

export function graphOptions(parameters: URLSearchParams, now: number): GraphOptions {
  const namespaces = list(parameters.get("namespaces") ?? parameters.get("ns"));
  if (namespaces.length === 0) throw new BadOption("No namespaces specified or accessible");
  const wanted = parameters.get("graphType") ?? "workload";
  const graphType = GRAPH_TYPES.find((one) => one === wanted);
  if (!graphType) throw new BadOption(`Invalid graphType [${wanted}]`);
  const durationText = parameters.get("duration");
  const duration = durationText === null ? DEFAULT_DURATION : parseSeconds(durationText);
  if (duration === undefined) throw new BadOption(`Invalid duration [${durationText}]`);
  const timeText = parameters.get("queryTime");
  const queryTime = timeText === null ? Math.floor(now / 1000) : Number(timeText);
  if (!Number.isInteger(queryTime)) throw new BadOption(`Invalid queryTime [${timeText}]`);
  const inject = parameters.get("injectServiceNodes");
  if (inject !== null && !/^(true|false|1|0)$/i.test(inject))
    throw new BadOption(`Invalid injectServiceNodes [${inject}]`);
  const boxes = list(parameters.get("boxBy"));
  return {
    namespaces: [...new Set(namespaces)],
    graphType,
    duration,
    queryTime,
    // A service graph is a workload graph with service nodes, condensed.
    injectServiceNodes: graphType === "service" || /^(true|1)$/i.test(inject ?? ""),
    boxByApp: boxes.includes("app") && graphType !== "service" && graphType !== "workload",
    boxByNamespace: boxes.includes("namespace"),
  };
}

const list = (text: string | null) =>
  (text ?? "")
    .split(",")
    .map((one) => one.trim())
    .filter((one) => one !== "");
