import type { VersionGates } from "../../versions.ts";
import { HUB } from "../labels.ts";
import { at, type Json, overlaid, type Tree, treeAt } from "../tree.ts";
import { OperatorError, refuseUnknown } from "./allowed.ts";
import { defaultProfile, isUpstreamProfile, PROFILE_NAMES, profiles } from "./profiles.ts";

/** The merged spec of an IstioOperator: a profile with everything that files and flags say upon it. */
export function operatorSpec(gates: VersionGates, overlay: Tree = {}): Tree {
  const named = at(overlay, "profile") ?? "default";
  if (typeof named !== "string" || !isUpstreamProfile(named))
    // What reading a compiled-in file that is not there ends with (operator/pkg/helm ReadProfileYAML).
    throw new OperatorError(
      `failed to read profile ${printed(named)} from : open profiles/${printed(named)}.yaml: file does not exist`,
    );
  const spec = [profiles[named], overlay].reduce<Tree>(overlaid, defaultProfile);
  return { ...overlaid({ hub: HUB, tag: gates.version }, spec), profile: named };
}

/** Throws OperatorError when something of it is not installed here. `overlay` is what was said beyond the profile. */
export function refuseWhatCannotBe(spec: Tree, overlay: Tree): void {
  const { profile } = spec;
  if (!PROFILE_NAMES.some((name) => name === profile))
    throw new OperatorError(`profile ${printed(profile)} is not supported by the practice cluster yet`);
  refuseUnknown(overlay);
  const revision = at(spec, "revision");
  if (revision !== undefined && !/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(printed(revision)))
    throw new OperatorError(`invalid revision specified: ${printed(revision)}`);
  for (const [list, own] of [
    ["ingressGateways", "istio-ingressgateway"],
    ["egressGateways", "istio-egressgateway"],
  ] as const) {
    const gateways = treeAt(spec, "components")[list];
    const names = Array.isArray(gateways) ? gateways.map((one) => at(one, "name")) : [];
    const other = names.find((name) => name !== own);
    if (other !== undefined)
      throw new OperatorError(
        `components.${list}: a gateway named ${printed(other)} is not supported by the practice cluster's installer; it knows ${own}`,
      );
  }
}

const printed = (value: Json | undefined) => (typeof value === "string" ? value : JSON.stringify(value));
