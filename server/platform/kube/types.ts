/** What a cluster's API calls a list of things: `deployments` of `apps/v1`. The core group is "". */
export interface GroupVersionResource {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
}

/** The part of any object that the platform relies on; the rest is JSON, read field by field with care. */
export interface KubeObject {
  readonly apiVersion?: string | undefined;
  readonly kind?: string | undefined;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string | undefined;
    readonly uid?: string | undefined;
    readonly resourceVersion?: string | undefined;
    readonly creationTimestamp?: string | undefined;
    readonly labels?: Readonly<Record<string, string>> | undefined;
    readonly annotations?: Readonly<Record<string, string>> | undefined;
    readonly deletionTimestamp?: string | undefined;
  };
  readonly [field: string]: unknown;
}

export interface ListOptions {
  /** Absent: all namespaces. */
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface ObjectReference {
  readonly namespace?: string | undefined;
  readonly name: string;
}

export type WatchEvent =
  | { readonly type: "ADDED" | "MODIFIED" | "DELETED"; readonly object: KubeObject }
  /** The list was read anew (at the start, and when history was gone): whatever was known may have changed. */
  | { readonly type: "RELISTED"; readonly objects: readonly KubeObject[] };

export interface WatchOptions extends ListOptions {
  readonly onEvent: (event: WatchEvent) => void;
  /** Told of each failure; the watch itself goes on trying, ever more slowly. */
  readonly onError?: ((error: Error) => void) | undefined;
  /** Ends the watch. */
  readonly signal: AbortSignal;
}

export interface ExecRequest {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly command: readonly string[];
  readonly signal?: AbortSignal | undefined;
}

export interface ExecResult {
  readonly stdout: string;
  readonly stderr: string;
  /** What the command returned; 0 is success. */
  readonly exitCode: number;
}

export interface ServiceProxyRequest {
  readonly namespace: string;
  readonly service: string;
  readonly port: number;
  /** With its leading slash and query. */
  readonly path: string;
  readonly signal?: AbortSignal | undefined;
}

export interface PodLogRequest {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  /** The last so many lines. */
  readonly tailLines: number;
  /** The container before the last restart. */
  readonly previous?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface DocumentOptions {
  readonly accept?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The platform's one way to a cluster, ours or a real one. Every refusal is a KubeError. */
export interface KubeCluster {
  list(resource: GroupVersionResource, options?: ListOptions): Promise<readonly KubeObject[]>;
  /** Rejects with a KubeError of reason NotFound when there is none. */
  get(resource: GroupVersionResource, reference: ObjectReference, signal?: AbortSignal): Promise<KubeObject>;
  /** Lists, then watches, and lists again whenever the watch cannot go on. Resolves when the signal aborts. */
  watch(resource: GroupVersionResource, options: WatchOptions): Promise<void>;
  exec(request: ExecRequest): Promise<ExecResult>;
  /** A GET to a service by way of the API server; the body of a 2xx answer as text. */
  serviceProxyGet(request: ServiceProxyRequest): Promise<string>;
  /** Each line with its RFC 3339 time before it, as `kubectl logs --timestamps` has it. */
  podLog(request: PodLogRequest): Promise<string>;
  /** A GET of what is no resource, such as "/openapi/v3/api/v1"; its answer as JSON. */
  document(path: string, options?: DocumentOptions): Promise<unknown>;
  /** Which resource serves a kind, by the API's own discovery; NotFound when none does. */
  resourceOf(apiVersion: string, kind: string, signal?: AbortSignal): Promise<ResourceInfo>;
  identity(): ClusterIdentity;
}

export interface ResourceInfo extends GroupVersionResource {
  readonly namespaced: boolean;
}

export interface ClusterIdentity {
  readonly context: string;
  readonly server: string;
}
