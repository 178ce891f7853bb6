import {
  validatingAdmissionPolicyBindingStrategy,
  validatingAdmissionPolicyStrategy,
} from "./admissionregistration/v1/admission-policies.ts";
import {
  mutatingWebhookStrategy,
  validatingWebhookStrategy,
} from "./admissionregistration/v1/webhook-configurations.ts";
import { customResourceDefinitionStrategy } from "./apiextensions/v1/custom-resource-definition.ts";
import { controllerRevisionStrategy } from "./apps/v1/controller-revision.ts";
import { daemonSetStrategy } from "./apps/v1/daemon-set.ts";
import { deploymentStrategy } from "./apps/v1/deployment.ts";
import { replicaSetStrategy } from "./apps/v1/replica-set.ts";
import { statefulSetStrategy } from "./apps/v1/stateful-set.ts";
import { horizontalPodAutoscalerStrategy } from "./autoscaling/v2/horizontal-pod-autoscaler.ts";
import { cronJobStrategy } from "./batch/v1/cron-job.ts";
import { jobStrategy } from "./batch/v1/job.ts";
import { certificateSigningRequestStrategy } from "./certificates/v1/certificate-signing-request.ts";
import { leaseStrategy } from "./coordination/v1/lease.ts";
import { configMapStrategy } from "./core/v1/config-map.ts";
import { endpointsStrategy } from "./core/v1/endpoints.ts";
import { eventStrategy } from "./core/v1/event.ts";
import { limitRangeStrategy } from "./core/v1/limit-range.ts";
import { namespaceStrategy } from "./core/v1/namespace.ts";
import { nodeStrategy } from "./core/v1/node.ts";
import { persistentVolumeClaimStrategy, persistentVolumeStrategy } from "./core/v1/persistent-volumes.ts";
import { podStrategy } from "./core/v1/pod.ts";
import { podTemplateStrategy } from "./core/v1/pod-template.ts";
import { replicationControllerStrategy } from "./core/v1/replication-controller.ts";
import { resourceQuotaStrategy } from "./core/v1/resource-quota.ts";
import { secretStrategy } from "./core/v1/secret.ts";
import { serviceStrategy } from "./core/v1/service.ts";
import { serviceAccountStrategy } from "./core/v1/service-account.ts";
import { endpointSliceStrategy } from "./discovery/v1/endpoint-slice.ts";
import { eventsEventStrategy } from "./events/v1/event.ts";
import { ingressClassStrategy, ingressStrategy, networkPolicyStrategy } from "./networking/v1/ingress.ts";
import { runtimeClassStrategy } from "./node/v1/runtime-class.ts";
import { podDisruptionBudgetStrategy } from "./policy/v1/pod-disruption-budget.ts";
import {
  clusterRoleBindingStrategy,
  clusterRoleStrategy,
  roleBindingStrategy,
  roleStrategy,
} from "./rbac/v1/roles.ts";
import { priorityClassStrategy } from "./scheduling/v1/priority-class.ts";
import { csiDriverStrategy, csiNodeStrategy, volumeAttachmentStrategy } from "./storage/v1/csi.ts";
import { storageClassStrategy } from "./storage/v1/storage-class.ts";
import type { ResourceStrategy } from "./strategy.ts";

/** Every kind that the API server knows without a CRD. Groups in the order that discovery lists them. */
export const builtinStrategies: readonly ResourceStrategy[] = [
  configMapStrategy,
  endpointsStrategy,
  eventStrategy,
  limitRangeStrategy,
  namespaceStrategy,
  nodeStrategy,
  persistentVolumeClaimStrategy,
  persistentVolumeStrategy,
  podStrategy,
  replicationControllerStrategy,
  resourceQuotaStrategy,
  secretStrategy,
  serviceAccountStrategy,
  serviceStrategy,
  eventsEventStrategy,
  controllerRevisionStrategy,
  daemonSetStrategy,
  deploymentStrategy,
  replicaSetStrategy,
  statefulSetStrategy,
  horizontalPodAutoscalerStrategy,
  cronJobStrategy,
  jobStrategy,
  certificateSigningRequestStrategy,
  ingressClassStrategy,
  ingressStrategy,
  networkPolicyStrategy,
  runtimeClassStrategy,
  csiDriverStrategy,
  csiNodeStrategy,
  volumeAttachmentStrategy,
  podTemplateStrategy,
  podDisruptionBudgetStrategy,
  clusterRoleBindingStrategy,
  clusterRoleStrategy,
  roleBindingStrategy,
  roleStrategy,
  storageClassStrategy,
  mutatingWebhookStrategy,
  validatingAdmissionPolicyStrategy,
  validatingAdmissionPolicyBindingStrategy,
  validatingWebhookStrategy,
  customResourceDefinitionStrategy,
  priorityClassStrategy,
  leaseStrategy,
  endpointSliceStrategy,
];
