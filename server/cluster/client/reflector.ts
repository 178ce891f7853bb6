import { isExpired, type KubeObject, StatusError } from "../apimachinery/index.ts";
import type { Clock, Logger } from "../base/index.ts";
import { REFLECTOR_BACKOFF_MS } from "./limits.ts";
import type { ListOptions, ResourceClient } from "./resource-client.ts";

/** What a reflector tells: first everything, then each change. */
export interface ReflectorSink<T> {
  replace(items: readonly T[]): void;
  apply(type: "ADDED" | "MODIFIED" | "DELETED", object: T): void;
}

export interface ReflectorDeps<T extends KubeObject> {
  readonly client: ResourceClient<T>;
  readonly sink: ReflectorSink<T>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly options?: ListOptions;
}

/**
 * Mirrors a list into a sink until `signal` aborts: list, then watch from its resourceVersion; a watch that ends is
 * resumed where it stopped; 410 Expired lists anew. Other failures wait, doubling. Never rejects.
 */
export async function reflect<T extends KubeObject>(
  deps: ReflectorDeps<T>,
  signal: AbortSignal,
): Promise<void> {
  let position: string | undefined;
  let wait: number = REFLECTOR_BACKOFF_MS.first;
  while (!signal.aborted) {
    try {
      position ??= await relist(deps, signal);
      for await (const seen of follow(deps, position, signal)) {
        position = seen;
        wait = REFLECTOR_BACKOFF_MS.first;
      }
      // A server that ends every watch at once must not be asked in a tight loop.
      if (!signal.aborted) await deps.clock.sleep(REFLECTOR_BACKOFF_MS.first, signal);
    } catch (error) {
      if (signal.aborted) return;
      if (isExpired(error)) {
        position = undefined;
        continue;
      }
      deps.logger.warn(
        { err: error, resource: deps.client.type.plural },
        "list or watch failed, trying again",
      );
      await deps.clock.sleep(wait, signal);
      wait = Math.min(wait * 2, REFLECTOR_BACKOFF_MS.last);
    }
  }
}

async function relist<T extends KubeObject>(deps: ReflectorDeps<T>, signal: AbortSignal): Promise<string> {
  const list = await deps.client.list({ ...deps.options, signal });
  if (!signal.aborted) deps.sink.replace(list.items);
  return list.metadata.resourceVersion ?? "";
}

/** Applies events and gives the resourceVersion after each. */
async function* follow<T extends KubeObject>(
  { client, sink, options }: ReflectorDeps<T>,
  resourceVersion: string,
  signal: AbortSignal,
): AsyncGenerator<string> {
  for await (const { type, object } of client.watch({ ...options, resourceVersion, signal })) {
    if (signal.aborted) return;
    if (type === "ERROR") throw watchError(object);
    if (type !== "BOOKMARK") sink.apply(type, object);
    const version = object.metadata.resourceVersion;
    if (version) yield version;
  }
}

/** An ERROR event carries a Status instead of an object. */
function watchError(object: unknown): StatusError {
  const field = (name: string): unknown =>
    typeof object === "object" && object !== null ? Reflect.get(object, name) : undefined;
  const code = Number(field("code") ?? 500);
  const expired = code === 410 || field("reason") === "Expired" || field("reason") === "Gone";
  return new StatusError({
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message: String(field("message") ?? "watch failed"),
    reason: expired ? "Expired" : String(field("reason") ?? "Unknown"),
    code,
  });
}
