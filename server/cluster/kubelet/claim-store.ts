import { isNotFound } from "../apimachinery/index.ts";
import type { Transport } from "../client/transport.ts";
import { type FollowDeps, follow } from "./follow.ts";
import { emptyDir, type MountedVolume } from "./volumes.ts";

/**
 * The contents of persistent volumes: kept in memory by the node, shared by the pods that mount them, there until the
 * volume is deleted. A restart of the practice cluster finds them empty.
 */
export class ClaimStore {
  private readonly volumes = new Map<string, MountedVolume>();
  /** Volume name by claim, as last resolved. */
  private readonly bound = new Map<string, string>();

  constructor(private readonly transport: Transport) {}

  /** Forgets the contents of volumes that are deleted. */
  start(deps: FollowDeps): Promise<void> {
    return follow(deps, {
      path: "/api/v1/persistentvolumes",
      replace: () => undefined,
      apply: ({ type, object }) => {
        if (type === "DELETED") this.volumes.delete(object.metadata.name ?? "");
      },
    });
  }

  /** Why the claim's volume cannot be mounted; undefined when it can. */
  async failure(namespace: string, claim: string): Promise<string | undefined> {
    try {
      const found = await this.get(`/api/v1/namespaces/${namespace}/persistentvolumeclaims/${claim}`);
      const name = textAt(found, "spec", "volumeName");
      if (!name || textAt(found, "status", "phase") !== "Bound")
        return `PVC ${namespace}/${claim} has non-bound phase ("${textAt(found, "status", "phase")}") or empty pvc.Spec.VolumeName ("${name}")`;
      const volume = await this.get(`/api/v1/persistentvolumes/${name}`);
      const kind = Object.keys(objectAt(volume, "spec")).find((key) => SOURCES.has(key));
      if (kind) return `persistent volumes of kind ${kind} are not supported by the practice cluster`;
      this.bound.set(`${namespace}/${claim}`, name);
      return undefined;
    } catch (error) {
      if (!isNotFound(error)) throw error;
      return error instanceof Error ? error.message : String(error);
    }
  }

  /** The volume of a claim that `failure` has found in order. */
  volume(namespace: string, claim: string): MountedVolume {
    const name = this.bound.get(`${namespace}/${claim}`) ?? "";
    const known = this.volumes.get(name);
    if (known) return known;
    const made = emptyDir();
    this.volumes.set(name, made);
    return made;
  }

  private get(path: string): Promise<object> {
    return this.transport.request({ method: "GET", path });
  }
}

/** Sources whose data would be somewhere else. */
const SOURCES = new Set([
  "hostPath",
  "nfs",
  "local",
  "iscsi",
  "fc",
  "awsElasticBlockStore",
  "gcePersistentDisk",
  "azureDisk",
]);

function objectAt(holder: object, field: string): object {
  const value: unknown = Reflect.get(holder, field);
  return typeof value === "object" && value !== null ? value : {};
}

function textAt(holder: object, ...[field, name]: [string, string]): string {
  const value: unknown = Reflect.get(objectAt(holder, field), name);
  return typeof value === "string" ? value : "";
}
