import type { KubeCluster, KubeObject } from "../../platform/kube/index.ts";
import { essenceYaml, timesOfPeople } from "./essence.ts";
import { limits } from "./limits.ts";
import type { TrackedKind } from "./timeline.ts";

/** An object that somebody made or changed. */
export interface OwnChange {
  readonly kind: TrackedKind;
  readonly object: KubeObject;
}

/**
 * What people and not controllers wrote at such times, by the API server's own record of who wrote when. What was deleted leaves
 * no trace, and what cannot be listed (a kind that is not installed) holds nothing.
 */
export async function ownChanges(
  { cluster, signal }: { readonly cluster: KubeCluster; readonly signal: AbortSignal },
  kinds: readonly TrackedKind[],
  theirs: (time: number) => boolean,
): Promise<readonly OwnChange[]> {
  const lists = await Promise.all(
    kinds.map(async (kind) => {
      const objects = await cluster.list(kind, { signal }).catch(() => []);
      return objects
        .filter((object) => timesOfPeople(object).some(theirs))
        .map((object): OwnChange => ({ kind, object }));
    }),
  );
  return lists.flat();
}

/** "Gateway web-api in shop" */
export const nameOfChange = ({ kind, object: { metadata } }: OwnChange): string =>
  `${kind.kind} ${metadata.name}${metadata.namespace === undefined ? "" : ` in ${metadata.namespace}`}`;

/** As a file that can be applied again; undefined: there is nothing to keep. */
export function changesYaml(changes: readonly OwnChange[]): string | undefined {
  const texts = changes
    .slice(0, limits.keptObjects)
    .map(({ kind: { group, version, kind }, object }) =>
      essenceYaml(object, { apiVersion: group === "" ? version : `${group}/${version}`, kind }),
    );
  return texts.length === 0 ? undefined : texts.join("---\n");
}
