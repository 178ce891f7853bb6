import { ageColumn, nameColumn, text, wide } from "../../meta/columns.ts";
import { notSupported, required } from "../../meta/fields.ts";
import { canonicalQuantities } from "../../meta/quantity.ts";
import { withDefaults } from "../../meta/with-defaults.ts";
import type { ResourceStrategy } from "../../strategy.ts";
import type { PersistentVolume, PersistentVolumeClaim } from "./types.ts";

const SHORT: Readonly<Record<string, string>> = {
  ReadWriteOnce: "RWO",
  ReadOnlyMany: "ROX",
  ReadWriteMany: "RWX",
  ReadWriteOncePod: "RWOP",
};
const MODES = Object.keys(SHORT);

/** Always in the order RWO, ROX, RWX, RWOP, each once. */
function modesOf(modes: readonly string[] | undefined): string {
  return MODES.filter((mode) => modes?.includes(mode))
    .map((mode) => SHORT[mode])
    .join(",");
}

function validateModes(modes: readonly string[] | undefined) {
  if (!modes?.length) return [required("spec.accessModes", "at least 1 access mode is required")];
  return modes
    .filter((mode) => !MODES.includes(mode))
    .map((mode) => notSupported("spec.accessModes", mode, [...MODES].sort()));
}

export const persistentVolumeStrategy: ResourceStrategy<PersistentVolume> = {
  group: "",
  version: "v1",
  kind: "PersistentVolume",
  plural: "persistentvolumes",
  singular: "persistentvolume",
  shortNames: ["pv"],
  namespaced: false,
  subresources: { status: true },
  defaults: (volume) => ({
    ...volume,
    spec: withDefaults(
      { ...volume.spec, ...canonicalQuantities(volume.spec, ["capacity"]) },
      { persistentVolumeReclaimPolicy: "Retain", volumeMode: "Filesystem" },
    ),
  }),
  prepareForCreate: (volume) => ({ ...volume, status: { phase: "Pending" } }),
  validate: ({ spec }) => [
    ...validateModes(spec?.accessModes),
    ...(spec?.capacity ? [] : [required("spec.capacity")]),
  ],
  printerColumns: [
    nameColumn,
    text("Capacity", ({ spec }) => spec?.capacity?.storage ?? ""),
    text("Access Modes", ({ spec }) => modesOf(spec?.accessModes)),
    text("Reclaim Policy", ({ spec }) => spec?.persistentVolumeReclaimPolicy ?? ""),
    text("Status", ({ metadata, status }) =>
      metadata.deletionTimestamp ? "Terminating" : (status?.phase ?? ""),
    ),
    text("Claim", ({ spec }) => (spec?.claimRef ? `${spec.claimRef.namespace}/${spec.claimRef.name}` : "")),
    text("StorageClass", ({ spec }) => spec?.storageClassName ?? ""),
    text("VolumeAttributesClass", ({ spec }) => spec?.volumeAttributesClassName ?? "<unset>"),
    text("Reason", ({ status }) => status?.reason ?? ""),
    ageColumn,
    wide(text("VolumeMode", ({ spec }) => spec?.volumeMode ?? "<unset>")),
  ],
};

export const persistentVolumeClaimStrategy: ResourceStrategy<PersistentVolumeClaim> = {
  group: "",
  version: "v1",
  kind: "PersistentVolumeClaim",
  plural: "persistentvolumeclaims",
  singular: "persistentvolumeclaim",
  shortNames: ["pvc"],
  namespaced: true,
  subresources: { status: true },
  defaults: (claim) => ({
    ...claim,
    spec: withDefaults(
      { ...claim.spec, resources: canonicalQuantities(claim.spec?.resources, ["requests"]) },
      { volumeMode: "Filesystem" },
    ),
  }),
  prepareForCreate: (claim) => ({ ...claim, status: { phase: "Pending" } }),
  validate: ({ spec }) => [
    ...validateModes(spec?.accessModes),
    ...(spec?.resources?.requests?.storage ? [] : [required("spec.resources[storage]")]),
  ],
  printerColumns: [
    nameColumn,
    text("Status", ({ metadata, status }) =>
      metadata.deletionTimestamp ? "Terminating" : (status?.phase ?? ""),
    ),
    text("Volume", ({ spec }) => spec?.volumeName ?? ""),
    text("Capacity", ({ spec, status }) => (spec?.volumeName ? (status?.capacity?.storage ?? "0") : "")),
    text("Access Modes", ({ spec, status }) => (spec?.volumeName ? modesOf(status?.accessModes) : "")),
    text("StorageClass", ({ spec }) => spec?.storageClassName ?? ""),
    text("VolumeAttributesClass", ({ spec }) => spec?.volumeAttributesClassName ?? "<unset>"),
    ageColumn,
    wide(text("VolumeMode", ({ spec }) => spec?.volumeMode ?? "<unset>")),
  ],
};
