import type { Deployment, ReplicaSet } from "../../apis/index.ts";
import { controllerReference } from "../common/owners.ts";
import { templateHash } from "../common/template-hash.ts";
import { annotationsFor, HASH_LABEL } from "./revision.ts";

/** The replica set for the deployment's template. Follows getNewReplicaSet of sync.go. */
export function newReplicaSet(
  deployment: Deployment,
  old: readonly ReplicaSet[],
  replicas: number,
): ReplicaSet {
  const { template, selector, minReadySeconds } = deployment.spec;
  const hash = templateHash(template, deployment.status?.collisionCount);
  const hashed = { [HASH_LABEL]: hash };
  const labels = { ...template.metadata?.labels, ...hashed };
  const { name, namespace } = deployment.metadata;
  return {
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: {
      name: `${name}-${hash}`,
      ...(namespace ? { namespace } : {}),
      labels,
      annotations: annotationsFor(deployment, old),
      ownerReferences: [controllerReference(deployment)],
    },
    spec: {
      replicas,
      ...(minReadySeconds ? { minReadySeconds } : {}),
      selector: { ...selector, matchLabels: { ...selector.matchLabels, ...hashed } },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
  };
}
