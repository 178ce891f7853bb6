import { parseArgs } from "node:util";

export const EDGES = ["loopback", "addresses"] as const;
export type Edges = (typeof EDGES)[number];

/** Command line of the practice cluster's process. */
export interface PracticeClusterOptions {
  /** Where objects, keys and ports are kept; absent: in memory only, gone with the process. */
  readonly stateDir?: string;
  /** A prepared state that a cluster without one begins with. */
  readonly restore?: string;
  /** When told to end, leave a prepared state here, for `--restore` of others. */
  readonly packOut?: string;
  /** The kubeconfig is written here, readable by its owner only. */
  readonly kubeconfigOut: string;
  readonly istioVersion: string;
  /** Applied at the first start; later starts find it in the state. */
  readonly istioProfile?: string;
  /** Manifests of the telemetry add-ons are written here, as a release's samples/addons. */
  readonly addonsOut?: string;
  /** End when standard input does: whoever started us holds its other end, and may be killed without a word. */
  readonly parentWatch: boolean;
  /** Pods the node takes, for benchmarks; absent: 110. */
  readonly maxPods?: number;
  /**
   * Where real sockets find the cluster: the ingress gateway on free ports of 127.0.0.1, or everything on its own address,
   * which needs a network namespace that leads 10.0.0.0/8 and 172.18.0.0/16 to its loopback.
   */
  readonly edges: Edges;
  /** Port of the API server; 0 takes a free one, and the same again after a restart. */
  readonly port: number;
}

export class OptionError extends Error {}

/** Throws OptionError with a sentence for a person. */
export function parseOptions(
  words: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): PracticeClusterOptions {
  const { values } = parse(words);
  const port = Number(values.port ?? 0);
  if (!values["kubeconfig-out"]) throw new OptionError("--kubeconfig-out FILE is needed");
  for (const name of ["restore", "pack-out"] as const)
    if (values[name] && !values["state-dir"]) throw new OptionError(`--${name} DIR needs --state-dir DIR`);
  const maxPods = values["max-pods"] === undefined ? undefined : Number(values["max-pods"]);
  if (maxPods !== undefined && (!Number.isInteger(maxPods) || maxPods < 1 || maxPods > 16_000))
    throw new OptionError(`--max-pods ${values["max-pods"]}: not a number from 1 to 16000`);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new OptionError(`--port ${values.port}: not a port`);
  const edges = EDGES.find((known) => known === (values.edges ?? "loopback"));
  if (!edges) throw new OptionError(`--edges ${values.edges}: not one of ${EDGES.join(", ")}`);
  return {
    kubeconfigOut: values["kubeconfig-out"],
    istioVersion: values["istio-version"] ?? env.ISTIO_VERSION ?? "1.21.6",
    port,
    edges,
    parentWatch: values["parent-watch"] ?? false,
    ...(maxPods && { maxPods }),
    ...(values["state-dir"] && { stateDir: values["state-dir"] }),
    ...(values["pack-out"] && { packOut: values["pack-out"] }),
    ...(values.restore && { restore: values.restore }),
    ...(values["istio-profile"] && { istioProfile: values["istio-profile"] }),
    ...(values["addons-out"] && { addonsOut: values["addons-out"] }),
  };
}

function parse(words: readonly string[]) {
  const text = { type: "string" } as const;
  try {
    return parseArgs({
      args: [...words],
      options: {
        "state-dir": text,
        "kubeconfig-out": text,
        "istio-version": text,
        "istio-profile": text,
        "addons-out": text,
        restore: text,
        "pack-out": text,
        "max-pods": text,
        edges: text,
        port: text,
        "parent-watch": { type: "boolean" },
      },
    });
  } catch (error) {
    throw new OptionError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}
