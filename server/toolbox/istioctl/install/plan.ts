import {
  type ComponentManifest,
  type InstallSettings,
  installSettings,
  type ManifestOptions,
  manifestsFor,
  operatorSpec,
  refuseWhatCannotBe,
  type Tree,
  withoutEffect,
} from "../../../cluster/istio/install/index.ts";
import { releaseGates } from "../release-gates.ts";

export interface InstallPlan {
  readonly spec: Tree;
  readonly settings: InstallSettings;
  /** Paths of what is written and changes nothing in the practice cluster. */
  readonly withoutEffect: readonly string[];
  components(options: ManifestOptions): readonly ComponentManifest[];
}

/** What an overlay on this release's profiles installs. Throws OperatorError for what it does not. */
export function planInstall(version: string, overlay: Tree): InstallPlan {
  const gates = releaseGates(version);
  const spec = operatorSpec(gates, overlay);
  refuseWhatCannotBe(spec, overlay);
  const settings = installSettings(spec, gates);
  const nothing = withoutEffect(overlay);
  return { spec, settings, withoutEffect: nothing, components: (options) => manifestsFor(settings, options) };
}
