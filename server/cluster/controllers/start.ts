import { setMaxListeners } from "node:events";
import type { Clock, Logger, Random } from "../base/index.ts";
import { SharedInformers, type Transport } from "../client/index.ts";
import { startClusterRoleAggregationController } from "./clusterroleaggregation/controller.ts";
import type { ControllerContext } from "./common/context.ts";
import { KnownKinds } from "./common/known-kinds.ts";
import { startDaemonSetController } from "./daemonset/controller.ts";
import { startDeploymentController } from "./deployment/controller.ts";
import { startEndpointSliceController } from "./endpointslice/controller.ts";
import { startEventTtlController } from "./eventttl/controller.ts";
import { startGarbageCollector } from "./garbagecollector/controller.ts";
import { startJobController } from "./job/controller.ts";
import { type ApiServerEndpoint, startKubernetesServiceController } from "./kubernetes-service/controller.ts";
import { ensureDefaultNamespaces, startNamespaceController } from "./namespace/controller.ts";
import { startPodGcController } from "./podgc/controller.ts";
import { startReplicaSetController } from "./replicaset/controller.ts";
import { startRootCaController } from "./rootca/controller.ts";
import { startServiceController } from "./service/controller.ts";
import { startServiceAccountController } from "./serviceaccount/controller.ts";
import { startStatefulSetController } from "./statefulset/controller.ts";

export interface ControllersDeps {
  /** Speaks as a user that may do anything, e.g. system:kube-controller-manager. */
  readonly transport: Transport;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** One address for all LoadBalancer services; absent: each gets one of a pool. */
  readonly loadBalancerAddress?: string;
  /** What kube-root-ca.crt holds. */
  readonly rootCaPem: string;
  /** Where pods reach the API server; absent: there is no service "kubernetes". */
  readonly apiServer?: ApiServerEndpoint;
  readonly signal: AbortSignal;
}

/** Starts every controller; resolves when the default namespaces exist. All stop when `signal` aborts. */
export async function startControllers(deps: ControllersDeps): Promise<void> {
  const { transport, clock, random, logger, signal } = deps;
  // Each of some forty watches listens for the one end; that is no leak.
  setMaxListeners(0, signal);
  const informers = new SharedInformers({ transport, clock, logger, userAgent: "kube-controller-manager" });
  const context: ControllerContext = { transport, informers, clock, random, logger, signal };
  const kinds = new KnownKinds(context);
  startNamespaceController(context, kinds);
  startServiceAccountController(context);
  startRootCaController(context, deps.rootCaPem);
  startDeploymentController(context);
  startReplicaSetController(context);
  startStatefulSetController(context);
  startDaemonSetController(context);
  startJobController(context);
  startEndpointSliceController(context);
  startServiceController(context, deps.loadBalancerAddress);
  startPodGcController(context);
  startEventTtlController(context);
  startClusterRoleAggregationController(context);
  startGarbageCollector(context, kinds);
  informers.start(signal);
  await ensureDefaultNamespaces(context);
  if (deps.apiServer) startKubernetesServiceController(context, deps.apiServer);
}
