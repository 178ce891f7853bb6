import { isExpired, type KubeList, type KubeObject, type WatchEvent } from "../apimachinery/index.ts";
import type { Clock, Logger } from "../base/index.ts";
import type { Transport } from "../client/transport.ts";
import { RELIST_MS } from "./limits.ts";

export interface FollowDeps {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

export interface Followed {
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** All objects there are now; whatever is missing is gone. */
  replace(objects: readonly KubeObject[]): void;
  apply(event: WatchEvent): void;
}

const isList = (value: KubeObject | KubeList): value is KubeList =>
  "items" in value && Array.isArray(value.items);

/** Lists, then watches, for as long as the signal allows. Resolves when the first list has been handed over. */
export function follow(deps: FollowDeps, followed: Followed): Promise<void> {
  return new Promise((resolve) => {
    keepFollowing(deps, followed, resolve).catch((error: unknown) => {
      deps.logger.error({ error, path: followed.path }, "a watch of the kubelet ended");
    });
  });
}

async function keepFollowing(deps: FollowDeps, followed: Followed, synced: () => void): Promise<void> {
  const { signal, clock, logger } = deps;
  while (!signal.aborted) {
    try {
      const resourceVersion = await list(deps, followed);
      synced();
      await watchFrom(deps, followed, resourceVersion);
    } catch (error) {
      if (signal.aborted) break;
      if (isExpired(error)) continue;
      logger.warn({ error: String(error), path: followed.path }, "list or watch failed; trying again");
      await clock.sleep(RELIST_MS, signal);
    }
  }
  synced();
}

async function list({ transport, signal }: FollowDeps, { path, query, replace }: Followed): Promise<string> {
  const answer = await transport.request({ method: "GET", path, ...(query ? { query } : {}), signal });
  if (!isList(answer)) throw new Error(`${path} did not answer a list`);
  // Items of a list carry no apiVersion and kind of their own.
  const head = { apiVersion: answer.apiVersion, kind: answer.kind.replace(/List$/, "") };
  replace(answer.items.map((item) => ({ ...head, ...item })));
  return answer.metadata.resourceVersion ?? "0";
}

async function watchFrom(deps: FollowDeps, followed: Followed, start: string): Promise<void> {
  let resourceVersion = start;
  while (!deps.signal.aborted) {
    const query = { ...followed.query, watch: "true", allowWatchBookmarks: "true", resourceVersion };
    const request = { method: "GET", path: followed.path, query, signal: deps.signal } as const;
    let seen = 0;
    for await (const event of deps.transport.watch(request)) {
      seen += 1;
      if (event.type === "ERROR") return; // relist, whatever the reason
      resourceVersion = event.object.metadata.resourceVersion ?? resourceVersion;
      if (event.type !== "BOOKMARK") followed.apply(event);
    }
    // A server that ends watches at once must not be hammered.
    if (seen === 0) await deps.clock.sleep(RELIST_MS, deps.signal);
  }
}
