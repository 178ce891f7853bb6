import { deploymentStrategy } from "./apps/v1/deployment.ts";
import { replicaSetStrategy } from "./apps/v1/replica-set.ts";
import { configMapStrategy } from "./core/v1/config-map.ts";
import { endpointsStrategy } from "./core/v1/endpoints.ts";
import { eventStrategy } from "./core/v1/event.ts";
import { namespaceStrategy } from "./core/v1/namespace.ts";
import { nodeStrategy } from "./core/v1/node.ts";
import { podStrategy } from "./core/v1/pod.ts";
import { secretStrategy } from "./core/v1/secret.ts";
import { serviceStrategy } from "./core/v1/service.ts";
import { serviceAccountStrategy } from "./core/v1/service-account.ts";
import { endpointSliceStrategy } from "./discovery/v1/endpoint-slice.ts";
import type { ResourceStrategy } from "./strategy.ts";

/** Every kind that the API server knows without a CRD. The order is that of discovery. */
export const builtinStrategies: readonly ResourceStrategy[] = [
  configMapStrategy,
  endpointsStrategy,
  eventStrategy,
  namespaceStrategy,
  nodeStrategy,
  podStrategy,
  secretStrategy,
  serviceStrategy,
  serviceAccountStrategy,
  deploymentStrategy,
  replicaSetStrategy,
  endpointSliceStrategy,
];
