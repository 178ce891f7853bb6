import { deepFreeze, isObject, type KubeObject } from "../../apimachinery/index.ts";
import { type FileStorage, type FileStorageDeps, openFileStorage } from "../../storage/index.ts";

/** Storage of API objects in a folder: the same objects, uids and resourceVersions after any end of the process. */
export function openObjectStorage(deps: FileStorageDeps): FileStorage<KubeObject> {
  return openFileStorage(deps, (value) => {
    if (!isKubeObject(value))
      throw new Error(`${deps.directory} holds something that is not a Kubernetes object`);
    return deepFreeze(value);
  });
}

function isKubeObject(value: object): value is KubeObject {
  return "apiVersion" in value && "kind" in value && "metadata" in value && isObject(value.metadata);
}
