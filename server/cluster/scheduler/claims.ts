import type { PersistentVolumeClaim, Pod } from "../apis/index.ts";

/** Why a pod's claims keep it from every node; undefined when they do not. Follows the VolumeBinding plugin's PreFilter. */
export function unboundClaim(
  { spec, metadata }: Pod,
  get: (key: string) => PersistentVolumeClaim | undefined,
): string | undefined {
  for (const { persistentVolumeClaim } of spec.volumes ?? []) {
    if (!persistentVolumeClaim) continue;
    const { claimName } = persistentVolumeClaim;
    const claim = get(`${metadata.namespace}/${claimName}`);
    if (!claim) return `persistentvolumeclaim "${claimName}" not found`;
    if (claim.metadata.deletionTimestamp) return `persistentvolumeclaim "${claimName}" is being deleted`;
    if (!claim.spec?.volumeName || claim.status?.phase !== "Bound")
      return "pod has unbound immediate PersistentVolumeClaims";
  }
  return undefined;
}
