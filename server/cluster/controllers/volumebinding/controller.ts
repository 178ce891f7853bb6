import { isAlreadyExists, isNotFound } from "../../apimachinery/index.ts";
import {
  type PersistentVolume,
  type PersistentVolumeClaim,
  type Pod,
  resourceTypes,
} from "../../apis/index.ts";
import { keyOf, refOf, type WorkQueue } from "../../client/index.ts";
import {
  type ControllerContext,
  clientFor,
  enqueueAll,
  queueFor,
  recorderFor,
  run,
} from "../common/context.ts";
import { claimReference, planClaim, provisioned, STANDARD_CLASS } from "./plan.ts";

/** Binds claims to volumes, and makes volumes where the practice class is asked for. Follows pkg/controller/volume/persistentvolume. */
export function startVolumeController(context: ControllerContext): void {
  const { informers } = context;
  const controller = new VolumeController(context);
  const claims = informers.of(resourceTypes.persistentVolumeClaims);
  const volumes = informers.of(resourceTypes.persistentVolumes);
  const classes = informers.of(resourceTypes.storageClasses);
  const pods = informers.of(resourceTypes.pods);
  enqueueAll(context, resourceTypes.persistentVolumeClaims, controller.claims);
  enqueueAll(context, resourceTypes.persistentVolumes, controller.volumes);
  const everyPending = () => {
    for (const claim of claims.lister.list())
      if (claim.status?.phase !== "Bound") controller.claims.add(keyOf(claim));
  };
  volumes.addHandler({ added: everyPending });
  classes.addHandler({ added: everyPending, updated: everyPending });
  claims.addHandler({
    deleted: ({ spec }) => {
      if (spec?.volumeName) controller.volumes.add(spec.volumeName);
    },
  });
  pods.addHandler({
    added: (pod) => {
      for (const name of claimsOf(pod)) controller.claims.add(`${pod.metadata.namespace}/${name}`);
    },
  });
  const caches = [claims, volumes, classes, pods];
  run(context, {
    name: "persistentvolumeclaim",
    queue: controller.claims,
    caches,
    reconcile: (key) => controller.claim(key),
  });
  run(context, {
    name: "persistentvolume",
    queue: controller.volumes,
    caches,
    reconcile: (key) => controller.volume(key),
  });
}

const claimsOf = ({ spec }: Pod) =>
  (spec.volumes ?? []).flatMap(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? []);

/** Made once, as installers do. */
export async function ensureStandardClass(context: ControllerContext): Promise<void> {
  try {
    await clientFor(context, resourceTypes.storageClasses).create(STANDARD_CLASS);
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
  }
}

class VolumeController {
  readonly claims: WorkQueue;
  readonly volumes: WorkQueue;
  private readonly listers;
  private readonly write;
  private readonly events;

  constructor(context: ControllerContext) {
    const { informers } = context;
    this.claims = queueFor(context);
    this.volumes = queueFor(context);
    this.listers = {
      claims: informers.of(resourceTypes.persistentVolumeClaims).lister,
      volumes: informers.of(resourceTypes.persistentVolumes).lister,
      classes: informers.of(resourceTypes.storageClasses).lister,
      pods: informers.of(resourceTypes.pods).lister,
    };
    this.write = {
      claims: clientFor(context, resourceTypes.persistentVolumeClaims),
      volumes: clientFor(context, resourceTypes.persistentVolumes),
    };
    this.events = recorderFor(context, "persistentvolume-controller");
  }

  async claim(key: string): Promise<void> {
    const claim = this.listers.claims.get(key);
    if (!claim || claim.metadata.deletionTimestamp) return;
    const name = claim.metadata.name ?? "";
    const pods = this.listers.pods.inNamespace(claim.metadata.namespace ?? "");
    const verdict = planClaim(claim, {
      volumes: this.listers.volumes.list(),
      classes: this.listers.classes.list(),
      consumed: pods.some((pod) => claimsOf(pod).includes(name)),
    });
    switch (verdict.kind) {
      case "bound":
        return;
      case "lost":
        return this.patchStatus(claim, { ...claim.status, phase: "Lost" });
      case "default":
        await this.patchClaim(claim, { spec: { storageClassName: verdict.storageClass } });
        return;
      case "provision": {
        const volume = provisioned(claim, verdict.storageClass);
        try {
          await this.write.volumes.create(volume);
        } catch (error) {
          if (!isAlreadyExists(error)) throw error;
        }
        const message = `Successfully provisioned volume ${volume.metadata.name}`;
        this.events.record(claim, { type: "Normal", reason: "ProvisioningSucceeded", message });
        return;
      }
      case "bind":
        return this.bind(claim, verdict.volume);
      case "wait":
        this.events.record(claim, {
          type: verdict.warning ? "Warning" : "Normal",
          reason: verdict.reason,
          message: verdict.message,
        });
    }
  }

  /** A volume whose claim is gone is removed or kept for its owner, as its policy says. */
  async volume(name: string): Promise<void> {
    const volume = this.listers.volumes.get(name);
    if (!volume || volume.metadata.deletionTimestamp) return;
    const { claimRef, persistentVolumeReclaimPolicy } = volume.spec ?? {};
    if (!claimRef) return this.phase(volume, "Available");
    const claim = this.listers.claims.get(`${claimRef.namespace}/${claimRef.name}`);
    const gone = claimRef.uid !== undefined && claim?.metadata.uid !== claimRef.uid;
    if (!gone) return this.phase(volume, claim?.spec?.volumeName === name ? "Bound" : "Available");
    if (persistentVolumeReclaimPolicy !== "Delete") return this.phase(volume, "Released");
    try {
      await this.write.volumes.delete({ name });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  /** Volume first, claim then: whoever looks at the claim finds a volume that knows it. */
  private async bind(claim: PersistentVolumeClaim, volume: PersistentVolume): Promise<void> {
    const { name = "" } = volume.metadata;
    if (volume.spec?.claimRef?.uid !== claim.metadata.uid)
      await this.write.volumes.patch(
        { name },
        { type: "merge", body: { spec: { claimRef: claimReference(claim) } } },
      );
    const annotations = {
      "pv.kubernetes.io/bind-completed": "yes",
      ...(claim.spec?.volumeName ? {} : { "pv.kubernetes.io/bound-by-controller": "yes" }),
    };
    await this.patchClaim(claim, { metadata: { annotations }, spec: { volumeName: name } });
    const { capacity, accessModes } = volume.spec ?? {};
    await this.patchStatus(claim, {
      phase: "Bound",
      ...(accessModes ? { accessModes } : {}),
      ...(capacity ? { capacity } : {}),
    });
    this.volumes.add(name);
  }

  private async patchClaim(claim: PersistentVolumeClaim, body: object): Promise<void> {
    try {
      await this.write.claims.patch(refOf(keyOf(claim)), { type: "merge", body });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  private async patchStatus(claim: PersistentVolumeClaim, status: object): Promise<void> {
    try {
      await this.write.claims.patch(refOf(keyOf(claim)), {
        type: "merge",
        body: { status },
        subresource: "status",
      });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  private async phase(volume: PersistentVolume, phase: string): Promise<void> {
    if (volume.status?.phase === phase) return;
    const { name = "" } = volume.metadata;
    try {
      await this.write.volumes.patch(
        { name },
        { type: "merge", body: { status: { phase } }, subresource: "status" },
      );
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
}
