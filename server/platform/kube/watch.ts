import type { IncomingMessage } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import type { KubeConnection } from "./connection.ts";
import { openGet, statusError, unreachable } from "./http.ts";
import { KubeError } from "./kube-error.ts";
import { limits } from "./limits.ts";
import { listAll } from "./list.ts";
import { resourcePath } from "./paths.ts";
import { watchLine } from "./schemas.ts";
import type { GroupVersionResource, WatchOptions } from "./types.ts";

/** How one watch connection ended: quietly (go on from there), or with its history gone (list again). */
type WatchEnd = { readonly kind: "closed"; readonly resourceVersion: string } | { readonly kind: "expired" };

/**
 * Follows client-go's reflector: list, watch from the list's version, go on from the last version seen when the
 * server closes, list again on 410 and after every failure, waiting ever longer between failures.
 */
export async function watchForever(
  connection: KubeConnection,
  resource: GroupVersionResource,
  options: WatchOptions,
): Promise<void> {
  const { signal } = options;
  let retryMs: number = limits.watchRetryFirstMs;
  while (!signal.aborted) {
    try {
      const list = await listAll(connection, resource, options);
      if (signal.aborted) return;
      options.onEvent({ type: "RELISTED", objects: list.items });
      retryMs = limits.watchRetryFirstMs;
      await followFrom(connection, resource, { ...options, resourceVersion: list.resourceVersion });
    } catch (error) {
      if (signal.aborted) return;
      options.onError?.(error instanceof KubeError ? error : unreachable(connection, error));
      await delay(retryMs, undefined, { signal, ref: false }).catch(() => undefined); // aborted: the loop ends
      retryMs = Math.min(retryMs * 2, limits.watchRetryMaxMs);
    }
  }
}

interface FollowOptions extends WatchOptions {
  readonly resourceVersion: string;
}

/** Returns when the list has to be read again. */
async function followFrom(
  connection: KubeConnection,
  resource: GroupVersionResource,
  options: FollowOptions,
): Promise<void> {
  let { resourceVersion } = options;
  while (!options.signal.aborted) {
    const opened = performance.now();
    const end = await watchOnce(connection, resource, { ...options, resourceVersion });
    if (end.kind === "expired") return;
    ({ resourceVersion } = end);
    // A server that closes at once must not be asked in a tight loop.
    if (performance.now() - opened < limits.watchRetryFirstMs)
      await delay(limits.watchRetryFirstMs, undefined, { signal: options.signal, ref: false }).catch(
        () => undefined,
      );
  }
}

async function watchOnce(
  connection: KubeConnection,
  resource: GroupVersionResource,
  options: FollowOptions,
): Promise<WatchEnd> {
  const path = resourcePath(
    resource,
    { namespace: options.namespace },
    {
      watch: true,
      resourceVersion: options.resourceVersion,
      labelSelector: options.labelSelector,
      allowWatchBookmarks: true,
      timeoutSeconds: limits.watchSeconds,
    },
  );
  let { resourceVersion } = options;
  const response = await openGet(connection, path, { signal: options.signal });
  for await (const line of lines(response)) {
    const parsed = watchLine.safeParse(JSON.parse(line));
    if (!parsed.success) throw new KubeError({ reason: "Other" }, `${path} sent an event that is none`);
    const event = parsed.data;
    if (event.type === "ERROR") {
      if (event.object.code === 410) return { kind: "expired" };
      throw statusError(event.object.code ?? 500, JSON.stringify(event.object));
    }
    resourceVersion = event.object.metadata.resourceVersion ?? resourceVersion;
    if (event.type !== "BOOKMARK") options.onEvent(event);
  }
  return { kind: "closed", resourceVersion };
}

async function* lines(response: IncomingMessage): AsyncGenerator<string> {
  response.setEncoding("utf8");
  let rest = "";
  for await (const chunk of response) {
    rest += String(chunk);
    let end = rest.indexOf("\n");
    while (end >= 0) {
      const line = rest.slice(0, end).trim();
      rest = rest.slice(end + 1);
      if (line !== "") yield line;
      end = rest.indexOf("\n");
    }
    if (rest.length > limits.watchLineBytes)
      throw new KubeError(
        { reason: "TooLarge" },
        `a watch event is larger than ${limits.watchLineBytes} bytes`,
      );
  }
}
