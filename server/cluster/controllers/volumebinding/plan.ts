import {
  type PersistentVolume,
  type PersistentVolumeClaim,
  quantityMilli,
  type StorageClass,
} from "../../apis/index.ts";

export const PROVISIONER = "practice.meshwork.dev/memory";
const DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class";

/** The class that claims get which name none. Its volumes are kept in memory by the node. */
export const STANDARD_CLASS: StorageClass = {
  apiVersion: "storage.k8s.io/v1",
  kind: "StorageClass",
  metadata: { name: "standard", annotations: { [DEFAULT_CLASS]: "true" } },
  provisioner: PROVISIONER,
  reclaimPolicy: "Delete",
  volumeBindingMode: "Immediate",
};

export type ClaimVerdict =
  | { readonly kind: "bound" }
  | { readonly kind: "lost" }
  | { readonly kind: "bind"; readonly volume: PersistentVolume }
  | { readonly kind: "provision"; readonly storageClass: StorageClass }
  | { readonly kind: "default"; readonly storageClass: string }
  | { readonly kind: "wait"; readonly reason: string; readonly message: string; readonly warning: boolean };

export interface ClaimWorld {
  readonly volumes: readonly PersistentVolume[];
  readonly classes: readonly StorageClass[];
  /** Whether a pod that wants the claim has been created. */
  readonly consumed: boolean;
}

/** What is to be done for a claim. Follows syncUnboundClaim and syncBoundClaim of pkg/controller/volume/persistentvolume. */
export function planClaim(
  claim: PersistentVolumeClaim,
  { volumes, classes, consumed }: ClaimWorld,
): ClaimVerdict {
  const { spec } = claim;
  const own = volumes.find(({ spec: volume }) => refersTo(volume?.claimRef, claim));
  if (spec?.volumeName && claim.status?.phase === "Bound")
    return volumes.some(({ metadata }) => metadata.name === spec.volumeName)
      ? { kind: "bound" }
      : { kind: "lost" };
  if (own) return { kind: "bind", volume: own };
  if (spec?.storageClassName === undefined) {
    const standard = classes.find(({ metadata }) => metadata.annotations?.[DEFAULT_CLASS] === "true");
    if (standard?.metadata.name) return { kind: "default", storageClass: standard.metadata.name };
  }
  const fitting = volumes
    .filter((volume) => fits(volume, claim))
    .sort((a, b) => Number(capacity(a) - capacity(b)))[0];
  const name = spec?.storageClassName ?? "";
  const storageClass = classes.find(({ metadata }) => metadata.name === name);
  if (storageClass?.volumeBindingMode === "WaitForFirstConsumer" && !consumed)
    return waiting("WaitForFirstConsumer", "waiting for first consumer to be created before binding");
  if (fitting) return { kind: "bind", volume: fitting };
  if (name === "")
    return waiting(
      "FailedBinding",
      "no persistent volumes available for this claim and no storage class is set",
    );
  if (!storageClass)
    return {
      ...waiting("ProvisioningFailed", `storageclass.storage.k8s.io "${name}" not found`),
      warning: true,
    };
  if (storageClass.provisioner === PROVISIONER) return { kind: "provision", storageClass };
  const message = `Waiting for a volume to be created either by the external provisioner '${storageClass.provisioner}' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.`;
  return waiting("ExternalProvisioning", message);
}

const waiting = (reason: string, message: string) =>
  ({ kind: "wait", reason, message, warning: false }) as const;

function refersTo(
  reference: NonNullable<PersistentVolume["spec"]>["claimRef"],
  { metadata }: PersistentVolumeClaim,
): boolean {
  if (reference?.name !== metadata.name || reference?.namespace !== metadata.namespace) return false;
  return reference?.uid === undefined || reference.uid === metadata.uid;
}

function fits(volume: PersistentVolume, { spec }: PersistentVolumeClaim): boolean {
  const { spec: offered, status, metadata } = volume;
  if (metadata.deletionTimestamp || offered?.claimRef || status?.phase === "Failed") return false;
  if (spec?.volumeName) return metadata.name === spec.volumeName;
  if ((offered?.storageClassName ?? "") !== (spec?.storageClassName ?? "")) return false;
  if ((offered?.volumeMode ?? "Filesystem") !== (spec?.volumeMode ?? "Filesystem")) return false;
  if (!(spec?.accessModes ?? []).every((mode) => offered?.accessModes?.includes(mode))) return false;
  return capacity(volume) >= (quantityMilli(spec?.resources?.requests?.storage ?? "0") ?? 0n);
}

const capacity = ({ spec }: PersistentVolume) => quantityMilli(spec?.capacity?.storage ?? "0") ?? 0n;

/** The volume that the practice provisioner makes for a claim. */
export function provisioned(claim: PersistentVolumeClaim, storageClass: StorageClass): PersistentVolume {
  const { metadata, spec } = claim;
  const name = `pvc-${metadata.uid}`;
  return {
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: { name, annotations: { "pv.kubernetes.io/provisioned-by": PROVISIONER } },
    spec: {
      capacity: { storage: spec?.resources?.requests?.storage ?? "0" },
      accessModes: spec?.accessModes ?? [],
      persistentVolumeReclaimPolicy: storageClass.reclaimPolicy ?? "Delete",
      storageClassName: storageClass.metadata.name ?? "",
      volumeMode: spec?.volumeMode ?? "Filesystem",
      claimRef: claimReference(claim),
      csi: { driver: PROVISIONER, volumeHandle: name },
    },
  };
}

export const claimReference = ({ metadata }: PersistentVolumeClaim) => ({
  apiVersion: "v1",
  kind: "PersistentVolumeClaim",
  namespace: metadata.namespace ?? "",
  name: metadata.name ?? "",
  uid: metadata.uid ?? "",
});
