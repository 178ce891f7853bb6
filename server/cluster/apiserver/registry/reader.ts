import { expired, type KubeList, type KubeObject, notFound, StatusError } from "../../apimachinery/index.ts";
import { Compacted, type KeyValue, type Storage } from "../../storage/index.ts";
import {
  continueExpired,
  decodeContinue,
  encodeContinue,
  type ListOptions,
  revisionOf,
  selected,
} from "./list-options.ts";
import { inVersion, keyOf, keyPrefix, named, type ObjectReference, type Resource } from "./resource.ts";

/** get and list. Objects handed out are frozen and shared. */
export class Reader {
  constructor(private readonly storage: Storage<KubeObject>) {}

  get(resource: Resource, reference: ObjectReference): KubeObject {
    const found = this.storage.get(keyOf(resource, reference));
    if (!found) throw notFound(named(resource), reference.name);
    return inVersion(found.value, resource.apiVersion);
  }

  /** Everything of a resource in one namespace ("" is all), without options; for the server's own use. */
  all(resource: Resource, namespace = ""): KubeObject[] {
    return this.storage.range(keyPrefix(resource, namespace)).items.map(({ value }) => value);
  }

  list(resource: Resource, options: ListOptions): KubeList {
    const token = options.continue === undefined ? undefined : decodeContinue(options.continue);
    const exact = options.resourceVersionMatch === "Exact" ? revisionOf(options.resourceVersion) : undefined;
    refuseFuture(options.resourceVersion, this.storage.revision);
    try {
      return this.page(resource, options, { after: token?.after, revision: token?.revision ?? exact });
    } catch (error) {
      if (!(error instanceof Compacted)) throw error;
      throw token ? continueExpired() : tooOld(error.requested, error.compactRevision);
    }
  }

  private page(
    resource: Resource,
    options: ListOptions,
    start: { after: string | undefined; revision: number | undefined },
  ): KubeList {
    const matches: KubeObject[] = [];
    const filtered = options.labels.length > 0 || options.fields.length > 0;
    const limit = options.limit || Number.POSITIVE_INFINITY;
    const range = this.storage.range(keyPrefix(resource, options.namespace), {
      ...(start.after === undefined ? {} : { after: start.after }),
      ...(start.revision === undefined ? {} : { revision: start.revision }),
    });
    let last: KeyValue<KubeObject> | undefined;
    let read = 0;
    for (const item of range.items) {
      if (matches.length >= limit) break;
      read++;
      last = item;
      if (!filtered || selected(resource, options, item.value)) {
        matches.push(inVersion(item.value, resource.apiVersion));
      }
    }
    const left = range.items.length - read;
    return {
      apiVersion: resource.apiVersion,
      kind: `${resource.strategy.kind}List`,
      metadata: {
        resourceVersion: String(range.revision),
        ...(left > 0 && last
          ? { continue: encodeContinue({ revision: range.revision, after: last.key }) }
          : {}),
        // Upstream leaves the count out when a selector filters, because it does not know it.
        ...(left > 0 && !filtered ? { remainingItemCount: left } : {}),
      },
      items: matches,
    };
  }
}

/** A version that has not been yet: the client talks to another server, or this one has lost its state. */
export function refuseFuture(resourceVersion: string | undefined, current: number): void {
  const asked = revisionOf(resourceVersion);
  if (asked === undefined || asked <= current) return;
  throw new StatusError({
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message: `Too large resource version: ${asked}, current: ${current}`,
    reason: "Timeout",
    details: {
      causes: [{ reason: "ResourceVersionTooLarge", message: "Too large resource version" }],
      retryAfterSeconds: 1,
    },
    code: 504,
  });
}

export function tooOld(requested: number, compacted: number) {
  return expired(`too old resource version: ${requested} (${compacted})`);
}
