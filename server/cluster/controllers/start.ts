import { setMaxListeners } from "node:events";
import type { Clock, Logger, Random } from "../base/index.ts";
import { SharedInformers, type Transport } from "../client/index.ts";
import { type CertificateSigner, startCertificateController } from "./certificates/controller.ts";
import { ensureClusterDns } from "./clusterdns/ensure.ts";
import { startClusterRoleAggregationController } from "./clusterroleaggregation/controller.ts";
import type { ControllerContext } from "./common/context.ts";
import { KnownKinds } from "./common/known-kinds.ts";
import { startCronJobController } from "./cronjob/controller.ts";
import { startDaemonSetController } from "./daemonset/controller.ts";
import { startDeploymentController } from "./deployment/controller.ts";
import { startDisruptionController } from "./disruption/controller.ts";
import { startEndpointSliceController } from "./endpointslice/controller.ts";
import { startEventTtlController } from "./eventttl/controller.ts";
import { startGarbageCollector } from "./garbagecollector/controller.ts";
import { startJobController } from "./job/controller.ts";
import { type ApiServerEndpoint, startKubernetesServiceController } from "./kubernetes-service/controller.ts";
import { ensureDefaultNamespaces, startNamespaceController } from "./namespace/controller.ts";
import { startNodeLifecycleController } from "./nodelifecycle/controller.ts";
import { startPodAutoscaler } from "./podautoscaler/controller.ts";
import { startPodGcController } from "./podgc/controller.ts";
import { startReplicaSetController, startReplicationController } from "./replicaset/controller.ts";
import { startResourceQuotaController } from "./resourcequota/controller.ts";
import { startRootCaController } from "./rootca/controller.ts";
import { startServiceController } from "./service/controller.ts";
import { startServiceAccountController } from "./serviceaccount/controller.ts";
import { startStatefulSetController } from "./statefulset/controller.ts";
import { ensureStandardClass, startVolumeController } from "./volumebinding/controller.ts";

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
  /** Issues certificates of the cluster's authority; absent: requests stay as they are. */
  readonly signCertificate?: CertificateSigner;
  /** Where pods reach the API server; absent: there is no service "kubernetes". */
  readonly apiServer?: ApiServerEndpoint;
  /** Address of the cluster's DNS; absent: there is no service "kube-dns". */
  readonly clusterDnsIP?: string;
  readonly signal: AbortSignal;
}

/** Starts every controller; resolves when the default namespaces exist. All stop when `signal` aborts. */
export async function startControllers(deps: ControllersDeps): Promise<void> {
  const { transport, clock, random, logger, signal } = deps;
  // Each of some fifty watches listens for the one end; that is no leak.
  setMaxListeners(0, signal);
  const informers = new SharedInformers({ transport, clock, logger, userAgent: "kube-controller-manager" });
  const context: ControllerContext = { transport, informers, clock, random, logger, signal };
  const kinds = new KnownKinds(context);
  startNamespaceController(context, kinds);
  startServiceAccountController(context);
  startRootCaController(context, deps.rootCaPem);
  if (deps.signCertificate) startCertificateController(context, deps.signCertificate);
  startDeploymentController(context);
  startReplicaSetController(context);
  startReplicationController(context);
  startStatefulSetController(context);
  startDaemonSetController(context);
  startJobController(context);
  startCronJobController(context);
  startDisruptionController(context);
  startNodeLifecycleController(context);
  startResourceQuotaController(context, kinds);
  startVolumeController(context);
  startEndpointSliceController(context);
  startServiceController(context, deps.loadBalancerAddress);
  startPodAutoscaler(context, kinds);
  startPodGcController(context);
  startEventTtlController(context);
  startClusterRoleAggregationController(context);
  startGarbageCollector(context, kinds);
  informers.start(signal);
  await ensureDefaultNamespaces(context);
  // A cluster without them is still a cluster: somebody may hold the name or the address.
  const warn = (error: unknown) => logger.warn({ error: String(error) }, "a first object could not be made");
  await ensureStandardClass(context).catch(warn);
  if (deps.clusterDnsIP) await ensureClusterDns(context, deps.clusterDnsIP).catch(warn);
  if (deps.apiServer) startKubernetesServiceController(context, deps.apiServer);
}
