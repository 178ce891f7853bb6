import type { ReferenceGrant } from "../model/gateway-api.ts";
import type { World } from "../model/world.ts";
import { GROUP } from "./names.ts";

export interface Reference {
  readonly from: { readonly kind: string; readonly namespace: string };
  readonly to: { readonly kind: string; readonly namespace: string; readonly name: string };
}

/** Within a namespace always; across, where a ReferenceGrant of the target's namespace says so. */
export function isPermitted({ from, to }: Reference, world: World): boolean {
  if (from.namespace === to.namespace) return true;
  return world.referenceGrants.some(
    (grant: ReferenceGrant) =>
      grant.metadata.namespace === to.namespace &&
      grant.spec.from.some(
        (one) => one.group === GROUP && one.kind === from.kind && one.namespace === from.namespace,
      ) &&
      grant.spec.to.some(
        (one) => one.group === "" && one.kind === to.kind && (!one.name || one.name === to.name),
      ),
  );
}
