import type { KubeList, KubeObject, WatchEvent } from "../apimachinery/index.ts";
import { LIST_PAGE_SIZE } from "./limits.ts";
import { apiVersionOf, type ObjectRef, type ResourceType, resourcePath } from "./resource-type.ts";
import type { ApiRequest, Transport } from "./transport.ts";

export interface ListOptions {
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  readonly resourceVersion?: string;
  readonly signal?: AbortSignal;
}

export interface DeleteOptions {
  readonly propagationPolicy?: "Background" | "Foreground" | "Orphan";
  readonly gracePeriodSeconds?: number;
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
}

export interface PatchRequest {
  readonly type: "merge" | "json" | "strategic" | "apply";
  readonly body: unknown;
  readonly subresource?: string;
  readonly query?: Readonly<Record<string, string>>;
}

const PATCH_TYPES = {
  merge: "application/merge-patch+json",
  json: "application/json-patch+json",
  strategic: "application/strategic-merge-patch+json",
  apply: "application/apply-patch+yaml",
} as const;

export interface ResourceClientDeps<T extends KubeObject> {
  readonly transport: Transport;
  readonly type: ResourceType<T>;
  readonly userAgent?: string;
}

/** The verbs of one kind. Every method rejects with StatusError as the server refuses. */
export class ResourceClient<T extends KubeObject> {
  readonly type: ResourceType<T>;

  constructor(private readonly deps: ResourceClientDeps<T>) {
    this.type = deps.type;
  }

  get(ref: ObjectRef): Promise<T> {
    return this.one({ method: "GET", path: resourcePath(this.type, ref) });
  }

  /** The whole list, page by page. Items carry apiVersion and kind, as items of a watch do. */
  async list(options: ListOptions = {}): Promise<KubeList<T>> {
    const items: T[] = [];
    let next: string | undefined;
    for (;;) {
      const page = await this.page(options, next);
      items.push(...page.items);
      next = page.metadata.continue || undefined;
      if (!next) return { ...page, items };
    }
  }

  create(object: T): Promise<T> {
    const path = resourcePath(this.type, { namespace: object.metadata.namespace });
    return this.one({ method: "POST", path, body: object });
  }

  update(object: T): Promise<T> {
    return this.one({ method: "PUT", path: this.pathOf(object), body: object });
  }

  updateStatus(object: T): Promise<T> {
    return this.updateSubresource(object, "status");
  }

  updateSubresource(object: T, subresource: string): Promise<T> {
    return this.one({ method: "PUT", path: this.pathOf(object, subresource), body: object });
  }

  /** POST to a subresource, e.g. pods/binding. */
  async createSubresource(ref: ObjectRef, subresource: string, body: unknown): Promise<void> {
    const path = resourcePath(this.type, { ...ref, subresource });
    await this.request({ method: "POST", path, body });
  }

  patch(ref: ObjectRef, { type, body, subresource, query }: PatchRequest): Promise<T> {
    return this.one({
      method: "PATCH",
      path: resourcePath(this.type, { ...ref, ...(subresource ? { subresource } : {}) }),
      contentType: PATCH_TYPES[type],
      body,
      ...(query ? { query } : {}),
    });
  }

  async delete(ref: ObjectRef, options: DeleteOptions = {}): Promise<void> {
    const body = { kind: "DeleteOptions", apiVersion: "v1", ...options };
    await this.request({ method: "DELETE", path: resourcePath(this.type, ref), body });
  }

  async deleteCollection(options: ListOptions = {}): Promise<void> {
    const path = resourcePath(this.type, { namespace: options.namespace });
    await this.request({ method: "DELETE", path, query: queryOf(options) });
  }

  /** Ends when the server ends it; rejects with Expired when `resourceVersion` is too old. */
  watch(options: ListOptions = {}): AsyncIterable<WatchEvent<T>> {
    const events = this.deps.transport.watch(
      this.complete({
        method: "GET",
        path: resourcePath(this.type, { namespace: options.namespace }),
        query: { ...queryOf(options), watch: "true", allowWatchBookmarks: "true" },
        ...(options.signal ? { signal: options.signal } : {}),
      }),
    );
    // The server promises objects of this kind at this path: the one place where a client trusts it.
    return events as AsyncIterable<WatchEvent<T>>;
  }

  private async page(options: ListOptions, next: string | undefined): Promise<KubeList<T>> {
    const query = { ...queryOf(options), limit: String(LIST_PAGE_SIZE), ...(next ? { continue: next } : {}) };
    const list = (await this.request({
      method: "GET",
      path: resourcePath(this.type, { namespace: options.namespace }),
      query,
      ...(options.signal ? { signal: options.signal } : {}),
    })) as KubeList<T>; // promised by the path, as in watch
    const head = { apiVersion: apiVersionOf(this.type), kind: this.type.kind };
    return { ...list, items: list.items.map((item) => (item.kind ? item : { ...item, ...head })) };
  }

  private pathOf(object: T, subresource?: string): string {
    const { namespace, name } = object.metadata;
    return resourcePath(this.type, { namespace, name, subresource });
  }

  private async one(request: ApiRequest): Promise<T> {
    return (await this.request(request)) as T; // promised by the path, as in watch
  }

  private request(request: ApiRequest) {
    return this.deps.transport.request(this.complete(request));
  }

  private complete(request: ApiRequest): ApiRequest {
    return this.deps.userAgent ? { ...request, userAgent: this.deps.userAgent } : request;
  }
}

function queryOf({ labelSelector, fieldSelector, resourceVersion }: ListOptions): Record<string, string> {
  return {
    ...(labelSelector ? { labelSelector } : {}),
    ...(fieldSelector ? { fieldSelector } : {}),
    ...(resourceVersion ? { resourceVersion } : {}),
  };
}
