import type { MeshGraph, StepConditions } from "../contracts/index.ts";
import { loadLab } from "../platform/labs/index.ts";
import { unavailable } from "./errors.ts";
import type { LabsPort } from "./labs-port.ts";

export interface PlatformLabsDeps {
  readonly contentDir: string | undefined;
}

/** Joins the workspace to the platform's labs, checks and graph, which run here: beside the kubeconfig. */
export function platformLabs({ contentDir }: PlatformLabsDeps): LabsPort {
  return {
    async preparation(lab) {
      const definition = await loadLab(lab, contentDir ? { contentDir } : {});
      return definition?.prepare;
    },
    check: (): Promise<StepConditions> => Promise.reject(unavailable("Checks are not connected.")),
    watch: () => ({ stop: () => undefined }),
    graph: (): Promise<MeshGraph> => Promise.reject(unavailable("The graph is not connected.")),
    stop: () => undefined,
  };
}
