import { dump } from "js-yaml";
import type { ReadAnswer, ReadParams } from "../../contracts/index.ts";
import { isKubeError, type KubeCluster, type KubeObject } from "../../platform/kube/index.ts";
import { notFound, unavailable } from "../errors.ts";
import { limits } from "./limits.ts";

/** One object as `kubectl get -o yaml` prints it: without managedFields. */
export async function readObject(
  cluster: KubeCluster,
  { apiVersion, kind, namespace, name }: ReadParams<"objects:read">,
): Promise<ReadAnswer<"objects:read">> {
  const signal = AbortSignal.timeout(limits.answerMs);
  try {
    const resource = await cluster.resourceOf(apiVersion, kind, signal);
    const object = await cluster.get(resource, { name, ...(namespace ? { namespace } : {}) }, signal);
    const yaml = dump(
      { apiVersion, kind, ...withoutManagedFields(object) },
      { lineWidth: -1, noRefs: true, sortKeys: false },
    );
    return { yaml: yaml.slice(0, limits.yamlCharacters), cut: yaml.length > limits.yamlCharacters };
  } catch (error) {
    if (!isKubeError(error)) throw error;
    if (error.reason === "NotFound") throw notFound(error.message);
    throw unavailable(error.message);
  }
}

function withoutManagedFields({ metadata, ...rest }: KubeObject): object {
  const kept = Object.entries(metadata).filter(
    ([key, value]) => key !== "managedFields" && value !== undefined,
  );
  return { metadata: Object.fromEntries(kept), ...rest };
}
