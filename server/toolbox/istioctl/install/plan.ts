import {
  type ComponentManifest,
  type InstallSettings,
  installSettings,
  type ManifestOptions,
  manifestsFor,
  operatorSpec,
  refuseWhatCannotBe,
  type Tree,
} from "../../../cluster/istio/install/index.ts";
import { releaseGates } from "../release-gates.ts";

export interface InstallPlan {
  readonly spec: Tree;
  readonly settings: InstallSettings;
  components(options: ManifestOptions): readonly ComponentManifest[];
}

/** What an overlay on this release's profiles installs. Throws OperatorError for what it does not. */
export function planInstall(version: string, overlay: Tree): InstallPlan {
  const gates = releaseGates(version);
  const spec = operatorSpec(gates, overlay);
  refuseWhatCannotBe(spec, overlay);
  const settings = installSettings(spec, gates);
  return { spec, settings, components: (options) => manifestsFor(settings, options) };
}
