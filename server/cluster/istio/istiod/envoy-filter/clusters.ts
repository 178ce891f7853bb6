import type { Cluster } from "../../../xds/index.ts";
import type { Fields } from "../model/extensions.ts";
import type { MeshProxy } from "../push/proxy.ts";
import type { PushContext } from "../push/push-context.ts";
import { child, items, mergedFields, number, resourcesOf, text, treesOf } from "./fields.ts";
import { inContext, type Patch, type PatchContext, patchesOf } from "./patches.ts";

/** EnvoyFilter over clusters. Follows core/v1alpha3/envoyfilter/cluster_patch.go. */
export function patchClusters(
  clusters: readonly Cluster[],
  proxy: MeshProxy,
  push: PushContext,
): readonly Cluster[] {
  const patches = patchesOf(proxy, push).filter(({ applyTo }) => applyTo === "CLUSTER");
  if (patches.length === 0) return clusters;
  const patched = treesOf(clusters).flatMap((cluster) =>
    patchCluster(cluster, patches, contextOf(text(cluster, "name"), proxy)),
  );
  const added = patches.filter(({ operation }) => operation === "ADD").map(({ value }) => value);
  return resourcesOf([...patched, ...added]);
}

function contextOf(name: string, proxy: MeshProxy): PatchContext {
  if (proxy.type === "router") return "GATEWAY";
  return name.startsWith("inbound|") || name.startsWith("InboundPassthrough")
    ? "SIDECAR_INBOUND"
    : "SIDECAR_OUTBOUND";
}

function patchCluster(cluster: Fields, patches: readonly Patch[], context: PatchContext): readonly Fields[] {
  let result = cluster;
  for (const patch of patches) {
    if (!inContext(patch, context) || !matches(patch, cluster)) continue;
    if (patch.operation === "REMOVE") return [];
    if (patch.operation === "MERGE") result = mergedFields(result, patch.value);
  }
  return [result];
}

function matches({ cluster: wanted }: Patch, cluster: Fields): boolean {
  if (!wanted) return true;
  const name = text(cluster, "name");
  if (text(wanted, "name")) return text(wanted, "name") === name;
  const [direction, port = "", subset = "", host = ""] = name.split("|");
  const facts = child(child(child(cluster, "metadata"), "filterMetadata"), "istio");
  const hosts = direction === "inbound" ? items(facts, "services").map((one) => text(one, "host")) : [host];
  const service = text(wanted, "service");
  return (
    (!text(wanted, "subset") || text(wanted, "subset") === subset) &&
    (!service || hosts.includes(service)) &&
    (number(wanted, "portNumber") === 0 || number(wanted, "portNumber") === Number(port))
  );
}
