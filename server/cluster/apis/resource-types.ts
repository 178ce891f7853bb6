import type { KubeObject } from "../apimachinery/index.ts";
import type { ControllerRevision, DaemonSet, Deployment, ReplicaSet, StatefulSet } from "./apps/v1/types.ts";
import type { HorizontalPodAutoscaler } from "./autoscaling/v2/horizontal-pod-autoscaler.ts";
import type { CronJob, Job } from "./batch/v1/types.ts";
import type { CertificateSigningRequest } from "./certificates/v1/certificate-signing-request.ts";
import type { Pod } from "./core/v1/pod-types.ts";
import type { ReplicationController } from "./core/v1/replication-controller.ts";
import type {
  ConfigMap,
  Endpoints,
  KubeEvent,
  Namespace,
  Node,
  PersistentVolume,
  PersistentVolumeClaim,
  ResourceQuota,
  Secret,
  Service,
  ServiceAccount,
} from "./core/v1/types.ts";
import type { EndpointSlice } from "./discovery/v1/endpoint-slice.ts";
import type { PodDisruptionBudget } from "./policy/v1/pod-disruption-budget.ts";
import type { StorageClass } from "./storage/v1/storage-class.ts";

/** Where a kind is found, with the shape of its objects; what a client of that kind is made from. */
export interface TypedResource<T extends KubeObject> {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
  /** Never set: only carries the type. */
  readonly objectType?: T;
}

function core<T extends KubeObject>(kind: string, plural: string, namespaced = true): TypedResource<T> {
  return { group: "", version: "v1", kind, plural, namespaced };
}

function v1<T extends KubeObject>(group: string, kind: string, plural: string): TypedResource<T> {
  return { group, version: "v1", kind, plural, namespaced: true };
}

/** The kinds that controllers, scheduler and kubelet ask for: `informers.of(resourceTypes.pods)`. */
export const resourceTypes = {
  certificateSigningRequests: {
    ...v1<CertificateSigningRequest>(
      "certificates.k8s.io",
      "CertificateSigningRequest",
      "certificatesigningrequests",
    ),
    namespaced: false,
  },
  configMaps: core<ConfigMap>("ConfigMap", "configmaps"),
  controllerRevisions: v1<ControllerRevision>("apps", "ControllerRevision", "controllerrevisions"),
  cronJobs: v1<CronJob>("batch", "CronJob", "cronjobs"),
  daemonSets: v1<DaemonSet>("apps", "DaemonSet", "daemonsets"),
  deployments: v1<Deployment>("apps", "Deployment", "deployments"),
  endpoints: core<Endpoints>("Endpoints", "endpoints"),
  endpointSlices: v1<EndpointSlice>("discovery.k8s.io", "EndpointSlice", "endpointslices"),
  events: core<KubeEvent>("Event", "events"),
  horizontalPodAutoscalers: {
    ...v1<HorizontalPodAutoscaler>("autoscaling", "HorizontalPodAutoscaler", "horizontalpodautoscalers"),
    version: "v2",
  },
  jobs: v1<Job>("batch", "Job", "jobs"),
  namespaces: core<Namespace>("Namespace", "namespaces", false),
  nodes: core<Node>("Node", "nodes", false),
  persistentVolumeClaims: core<PersistentVolumeClaim>("PersistentVolumeClaim", "persistentvolumeclaims"),
  persistentVolumes: core<PersistentVolume>("PersistentVolume", "persistentvolumes", false),
  podDisruptionBudgets: v1<PodDisruptionBudget>("policy", "PodDisruptionBudget", "poddisruptionbudgets"),
  pods: core<Pod>("Pod", "pods"),
  replicaSets: v1<ReplicaSet>("apps", "ReplicaSet", "replicasets"),
  replicationControllers: core<ReplicationController>("ReplicationController", "replicationcontrollers"),
  resourceQuotas: core<ResourceQuota>("ResourceQuota", "resourcequotas"),
  secrets: core<Secret>("Secret", "secrets"),
  serviceAccounts: core<ServiceAccount>("ServiceAccount", "serviceaccounts"),
  services: core<Service>("Service", "services"),
  storageClasses: {
    ...v1<StorageClass>("storage.k8s.io", "StorageClass", "storageclasses"),
    namespaced: false,
  },
  statefulSets: v1<StatefulSet>("apps", "StatefulSet", "statefulsets"),
} as const;
