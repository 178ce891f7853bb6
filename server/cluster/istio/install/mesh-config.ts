import { dump } from "js-yaml";
import type { InstallSettings } from "./settings.ts";

/** The `mesh` key of ConfigMap istio: what Helm's toYaml would write, keys sorted. */
export function meshConfigText({ meshConfig }: InstallSettings): string {
  return dump(meshConfig, { sortKeys: true, noArrayIndent: true, lineWidth: -1, noRefs: true }).trimEnd();
}
