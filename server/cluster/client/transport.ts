import type { KubeList, KubeObject, WatchEvent } from "../apimachinery/index.ts";

/** One request to the API server. `path` is absolute and decoded by the server; `query` values are not yet encoded. */
export interface ApiRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Content type of a PATCH: application/json-patch+json, merge-patch+json, strategic-merge-patch+json, apply-patch+yaml. */
  readonly contentType?: string;
  readonly body?: unknown;
  readonly userAgent?: string;
  readonly signal?: AbortSignal;
}

/**
 * The way to an API server. In the practice cluster main.ts gives one that enters the server's filter chain without a
 * socket (same authentication, admission and errors); tests may give one over HTTPS. Rejects with StatusError.
 */
export interface Transport {
  request(request: ApiRequest): Promise<KubeObject | KubeList>;
  /** Ends normally when the server ends the watch; rejects with StatusError (410 Expired …) on refusal. */
  watch(request: ApiRequest): AsyncIterable<WatchEvent>;
}
