import { KubeError } from "./kube-error.ts";
import { parseApiVersion } from "./paths.ts";
import type {
  ExecRequest,
  ExecResult,
  GroupVersionResource,
  KubeCluster,
  KubeObject,
  PodLogRequest,
  ServiceProxyRequest,
  WatchOptions,
} from "./types.ts";

export interface MemoryClusterOptions {
  /** Objects as manifests write them; each needs apiVersion and kind. */
  readonly objects?: readonly KubeObject[];
  readonly exec?: (request: ExecRequest) => Promise<ExecResult>;
  readonly serviceProxyGet?: (request: ServiceProxyRequest) => Promise<string>;
  readonly podLog?: (request: PodLogRequest) => Promise<string>;
  /** What is no resource, by path. */
  readonly documents?: Readonly<Record<string, unknown>>;
}

/** A cluster that is a list of objects: for tests of what is built on KubeCluster. Knows no defaults and no controllers. */
export class MemoryCluster implements KubeCluster {
  private readonly objects = new Map<string, KubeObject>();
  private readonly watches = new Set<{ resource: GroupVersionResource; options: WatchOptions }>();
  private readonly options: MemoryClusterOptions;

  constructor(options: MemoryClusterOptions = {}) {
    this.options = options;
    for (const object of options.objects ?? []) this.put(object);
  }

  put(object: KubeObject): void {
    const key = keyOf(resourceOfObject(object), object.metadata);
    const type = this.objects.has(key) ? "MODIFIED" : "ADDED";
    this.objects.set(key, object);
    this.tell(object, type);
  }

  remove(object: KubeObject): void {
    if (this.objects.delete(keyOf(resourceOfObject(object), object.metadata))) this.tell(object, "DELETED");
  }

  async list(
    resource: GroupVersionResource,
    options: { namespace?: string | undefined; labelSelector?: string | undefined } = {},
  ): Promise<readonly KubeObject[]> {
    return [...this.objects.values()].filter(
      (object) =>
        sameResource(resourceOfObject(object), resource) &&
        (options.namespace === undefined || object.metadata.namespace === options.namespace) &&
        matches(options.labelSelector, object),
    );
  }

  async get(
    resource: GroupVersionResource,
    reference: { namespace?: string | undefined; name: string },
  ): Promise<KubeObject> {
    const found = this.objects.get(keyOf(resource, reference));
    if (found) return found;
    throw new KubeError(
      { reason: "NotFound", status: 404 },
      `${resource.resource} "${reference.name}" not found`,
    );
  }

  async watch(resource: GroupVersionResource, options: WatchOptions): Promise<void> {
    const watch = { resource, options };
    options.onEvent({ type: "RELISTED", objects: await this.list(resource, options) });
    this.watches.add(watch);
    await new Promise<void>((resolve) => {
      if (options.signal.aborted) resolve();
      else options.signal.addEventListener("abort", () => resolve(), { once: true });
    });
    this.watches.delete(watch);
  }

  async exec(request: ExecRequest): Promise<ExecResult> {
    if (!this.options.exec) throw new KubeError({ reason: "Other" }, "nothing can be executed here");
    return this.options.exec(request);
  }

  async serviceProxyGet(request: ServiceProxyRequest): Promise<string> {
    if (this.options.serviceProxyGet) return this.options.serviceProxyGet(request);
    throw new KubeError({ reason: "NotFound", status: 404 }, `services "${request.service}" not found`);
  }

  async podLog(request: PodLogRequest): Promise<string> {
    if (this.options.podLog) return this.options.podLog(request);
    throw new KubeError({ reason: "NotFound", status: 404 }, `pods "${request.pod}" not found`);
  }

  async document(path: string): Promise<unknown> {
    const { documents = {} } = this.options;
    if (path in documents) return documents[path];
    throw new KubeError(
      { reason: "NotFound", status: 404 },
      "the server could not find the requested resource",
    );
  }

  async resourceOf(
    apiVersion: string,
    kind: string,
  ): Promise<GroupVersionResource & { namespaced: boolean }> {
    return { ...resourceOfKind(apiVersion, kind), namespaced: kind !== "Namespace" };
  }

  identity(): { context: string; server: string } {
    return { context: "memory", server: "https://memory" };
  }

  private tell(object: KubeObject, type: "ADDED" | "MODIFIED" | "DELETED"): void {
    for (const { resource, options } of this.watches) {
      if (!sameResource(resource, resourceOfObject(object))) continue;
      if (options.namespace !== undefined && options.namespace !== object.metadata.namespace) continue;
      if (matches(options.labelSelector, object)) options.onEvent({ type, object });
    }
  }
}

function resourceOfObject(object: KubeObject): GroupVersionResource {
  return resourceOfKind(object.apiVersion ?? "v1", object.kind ?? "");
}

/** English plurals as the API writes them; enough for the kinds that tests use. */
function resourceOfKind(apiVersion: string, kind: string): GroupVersionResource {
  const word = kind.toLowerCase();
  const resource = /[^aeiou]y$/.test(word)
    ? `${word.slice(0, -1)}ies`
    : word.endsWith("s")
      ? `${word}es`
      : `${word}s`;
  return { ...parseApiVersion(apiVersion), resource };
}

/** Versions of one group are one set of objects, as in the real API. */
function sameResource(a: GroupVersionResource, b: GroupVersionResource): boolean {
  return a.group === b.group && a.resource === b.resource;
}

function keyOf(resource: GroupVersionResource, at: { namespace?: string | undefined; name: string }): string {
  return [resource.group, resource.resource, at.namespace ?? "", at.name].join("|");
}

/** `a=b,c=d` only. */
function matches(selector: string | undefined, object: KubeObject): boolean {
  return (selector ?? "")
    .split(",")
    .filter((part) => part !== "")
    .every((part) => {
      const [key = "", value = ""] = part.split("=");
      return object.metadata.labels?.[key] === value;
    });
}
