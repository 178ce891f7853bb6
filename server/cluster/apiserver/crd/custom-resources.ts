import {
  arrayOf,
  deepEqual,
  isObject,
  type JsonObject,
  type KubeObject,
  objectOf,
  stringOf,
  valueAt,
} from "../../apimachinery/index.ts";
import type { Disposable } from "../../base/index.ts";
import { apiVersionOf, type Resource } from "../registry/resource.ts";
import type { Resources } from "../registry/resources.ts";
import type { Watcher } from "../registry/watcher.ts";
import { customStrategy } from "./custom-strategy.ts";

export interface CustomResourcesDeps {
  readonly resources: Resources;
  readonly watcher: Watcher;
  readonly definitions: Resource;
  /** Deletes every object of a resource that is no longer defined. */
  purge(resource: Resource): void;
}

interface Served {
  readonly spec: unknown;
  readonly resources: readonly Resource[];
}

/** Keeps the served resources in step with the stored CustomResourceDefinitions. */
export function serveCustomResources(deps: CustomResourcesDeps): Disposable {
  const served = new Map<string, Served>();
  const forget = (name: string) => {
    for (const resource of served.get(name)?.resources ?? []) deps.resources.remove(resource);
    served.delete(name);
  };
  const define = (crd: KubeObject) => {
    const name = crd.metadata.name ?? "";
    if (deepEqual(served.get(name)?.spec, crd.spec)) return;
    forget(name);
    const resources = resourcesOf(crd);
    for (const resource of resources) deps.resources.add(resource);
    served.set(name, { spec: crd.spec, resources });
  };
  return deps.watcher.watch(
    deps.definitions,
    { namespace: "", labels: [], fields: [], bookmarks: false, sendInitialEvents: true, endless: true },
    {
      send(events) {
        for (const { type, object } of events) {
          if (type === "ADDED" || type === "MODIFIED") define(object);
          if (type !== "DELETED") continue;
          const [any] = served.get(object.metadata.name ?? "")?.resources ?? [];
          forget(object.metadata.name ?? "");
          if (any) deps.purge(any);
        }
      },
      end: () => undefined,
    },
  );
}

function resourcesOf(crd: KubeObject): Resource[] {
  const spec = objectOf(crd.spec);
  const group = stringOf(spec.group);
  const versions = arrayOf(spec.versions).filter(isObject);
  const storage = stringOf(versions.find((version) => version.storage === true)?.name);
  return versions
    .filter((version) => version.served === true)
    .map((version: JsonObject) => ({
      strategy: customStrategy({
        group,
        names: objectOf(spec.names),
        namespaced: spec.scope === "Namespaced",
        version,
      }),
      apiVersion: apiVersionOf(group, stringOf(version.name)),
      storageApiVersion: apiVersionOf(group, storage),
      custom: true,
      schema: () => objectOf(valueAt(version, "schema", "openAPIV3Schema")),
    }));
}
