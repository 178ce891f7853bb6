import type { KubeConnection } from "./connection.ts";
import { getJson } from "./http.ts";
import { KubeError } from "./kube-error.ts";
import { limits } from "./limits.ts";
import { resourcePath } from "./paths.ts";
import { kubeList } from "./schemas.ts";
import type { GroupVersionResource, KubeObject, ListOptions } from "./types.ts";

export interface ListResult {
  readonly items: readonly KubeObject[];
  /** Where a watch goes on from. */
  readonly resourceVersion: string;
}

/** Reads the list page by page. */
export async function listAll(
  connection: KubeConnection,
  resource: GroupVersionResource,
  options: ListOptions = {},
): Promise<ListResult> {
  const items: KubeObject[] = [];
  let next: string | undefined;
  for (;;) {
    const path = resourcePath(
      resource,
      { namespace: options.namespace },
      { labelSelector: options.labelSelector, limit: limits.pageSize, continue: next },
    );
    const parsed = kubeList.safeParse(await getJson(connection, path, { signal: options.signal }));
    if (!parsed.success)
      throw new KubeError({ reason: "Other" }, `${path} did not answer with a list`, { cause: parsed.error });
    items.push(...parsed.data.items);
    if (items.length > limits.listItems)
      throw new KubeError({ reason: "TooLarge" }, `more than ${limits.listItems} ${resource.resource}`);
    next = parsed.data.metadata.continue;
    if (next === undefined || next === "")
      return { items, resourceVersion: parsed.data.metadata.resourceVersion ?? "0" };
  }
}
