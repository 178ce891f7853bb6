import path from "node:path";
import { deepFreeze, type KubeObject } from "./apimachinery/index.ts";
import type { Clock, Disposable, Logger } from "./base/index.ts";
import { openFileStorage, Storage } from "./storage/index.ts";

export interface ObjectStorage extends Disposable {
  readonly storage: Storage<KubeObject>;
  /** No object has ever been stored here. */
  readonly isNew: boolean;
}

/** The storage of API objects: in a folder, or in memory when there is none. Throws when what was stored is damaged. */
export function openObjectStorage(options: {
  readonly stateDir: string | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
}): ObjectStorage {
  const { stateDir, clock, logger } = options;
  if (!stateDir) return { storage: new Storage<KubeObject>(), isNew: true, dispose: () => undefined };
  const opened = openFileStorage({ directory: path.join(stateDir, "objects"), clock, logger }, revive);
  return { storage: opened.storage, isNew: opened.storage.revision <= 1, dispose: () => opened.dispose() };
}

function revive(value: object): KubeObject {
  if (!isKubeObject(value)) throw new Error("the stored objects are damaged: a value is no API object");
  return deepFreeze(value);
}

function isKubeObject(value: object): value is KubeObject {
  return "apiVersion" in value && "kind" in value && "metadata" in value && typeof value.metadata === "object";
}
