import { existsSync, rmSync } from "node:fs";
import path from "node:path";
import { findRealGateway } from "../cluster/index.ts";
import {
  type BenchOptions,
  benchVariables,
  endGroups,
  gatewayVariables,
  type LabBench,
  layOut,
  run,
} from "./bench.ts";

export interface ForeignBenchOptions extends Pick<BenchOptions, "filesDir" | "toolboxBin" | "istioVersion"> {
  /** A cluster that is somebody's: it is used as it is, and never ended. */
  readonly kubeconfig: string;
}

/** A learner's place at a cluster that runs already. */
export async function openForeignBench(options: ForeignBenchOptions): Promise<LabBench> {
  const { kubeconfig, toolboxBin, istioVersion } = options;
  const { home, folder } = layOut(options.filesDir);
  const groups: number[] = [];
  // An istioctl of the machine is the release's own; ours is for practice clusters.
  const own = (process.env.PATH ?? "")
    .split(path.delimiter)
    .filter((dir) => existsSync(path.join(dir, "istioctl")));
  const variables = {
    ...benchVariables(home, options),
    KUBECONFIG: kubeconfig,
    PATH: [...own.slice(0, 1), toolboxBin, process.env.PATH].join(path.delimiter),
    // The learner's folder has no release yet; the add-ons' manifests are taken from one beside it.
    MESHWORK_ADDONS: path.join(home, `istio-${istioVersion}`, "samples", "addons"),
  };
  await run("curl -sSL https://istio.io/downloadIstio | sh - > /dev/null", {
    cwd: home,
    env: variables,
    groups,
  });
  const environment = { ...process.env };
  const gateway = () =>
    findRealGateway({ kubeconfig, context: undefined, environment }).catch(() => undefined);
  const known = await gateway();
  const env = { ...variables, ...(known && gatewayVariables(known)) };
  return {
    ...{ folder, kubeconfig, env },
    async run(command, how = {}) {
      // A gateway that the lab has installed itself is found from then on.
      const found = known ?? (await gateway());
      return run(command, {
        cwd: folder,
        env: { ...env, ...(found && gatewayVariables(found)) },
        groups,
        ...how,
      });
    },
    endCluster: async () => endGroups(groups),
    async close() {
      endGroups(groups);
      rmSync(home, { recursive: true, force: true });
    },
  };
}
