export type {
  MatchResources,
  ParamRef,
  PolicyValidation,
  ValidatingAdmissionPolicy,
  ValidatingAdmissionPolicyBinding,
} from "./admissionregistration/v1/admission-policies.ts";
export type {
  RuleWithOperations,
  Webhook,
  WebhookConfiguration,
} from "./admissionregistration/v1/webhook-configurations.ts";
export type {
  CustomResourceDefinition,
  CustomResourceDefinitionNames,
  CustomResourceDefinitionVersion,
} from "./apiextensions/v1/custom-resource-definition.ts";
export type {
  ControllerRevision,
  DaemonSet,
  Deployment,
  DeploymentSpec,
  DeploymentStatus,
  ReplicaSet,
  ReplicaSetStatus,
  StatefulSet,
} from "./apps/v1/types.ts";
export type { HorizontalPodAutoscaler } from "./autoscaling/v2/horizontal-pod-autoscaler.ts";
export { type CronSchedule, parseSchedule, ScheduleError } from "./batch/v1/cron-schedule.ts";
export type { CronJob, Job, JobSpec } from "./batch/v1/types.ts";
export { builtinStrategies } from "./builtin.ts";
export {
  type CertificateCondition,
  type CertificateSigningRequest,
  hasFailed,
  isApproved,
} from "./certificates/v1/certificate-signing-request.ts";
export type { Lease } from "./coordination/v1/lease.ts";
export { componentStatusStrategy } from "./core/v1/component-status.ts";
export { qosClass } from "./core/v1/pod.ts";
export { type PodSummary, summarizePod } from "./core/v1/pod-columns.ts";
export { podSpecDefaults, podTemplateDefaults } from "./core/v1/pod-defaults.ts";
export { addResources, podResources, type ResourceList } from "./core/v1/pod-resources.ts";
export type {
  Container,
  ContainerPort,
  ContainerState,
  ContainerStatus,
  EnvFromSource,
  EnvVar,
  Pod,
  PodSpec,
  PodStatus,
  PodTemplateSpec,
  Probe,
  ProbeHandler,
  ProjectedSource,
  ResourceRequirements,
  Toleration,
  Volume,
  VolumeMount,
} from "./core/v1/pod-types.ts";
export type { ReplicationController } from "./core/v1/replication-controller.ts";
export type {
  ConfigMap,
  EndpointAddress,
  EndpointSubset,
  Endpoints,
  KubeEvent,
  LimitRange,
  LimitRangeItem,
  LoadBalancerIngress,
  Namespace,
  Node,
  ObjectReference,
  PersistentVolume,
  PersistentVolumeClaim,
  ResourceQuota,
  Secret,
  Service,
  ServiceAccount,
  ServicePort,
  ServiceSpec,
  Taint,
} from "./core/v1/types.ts";
export type { Endpoint, EndpointPort, EndpointSlice } from "./discovery/v1/endpoint-slice.ts";
export { ageColumn, createdAtColumn, nameColumn } from "./meta/columns.ts";
export {
  atLeast,
  duplicate,
  forbiddenField,
  invalidValue,
  notFoundField,
  notSupported,
  required,
} from "./meta/fields.ts";
export { humanDuration, since } from "./meta/human-duration.ts";
export { addQuantities, canonicalQuantity, quantityMilli } from "./meta/quantity.ts";
export type { Condition, LabelSelectorObject } from "./meta/types.ts";
export {
  type MetricsSource,
  metricsStrategies,
  type NodeMetrics,
  type PodFigures,
  type PodMetrics,
} from "./metrics/v1beta1/metrics.ts";
export type { PodDisruptionBudget } from "./policy/v1/pod-disruption-budget.ts";
export { inScopes } from "./quota/scopes.ts";
export { type CountedResource, computeUsage, countName, totalUsage, usageOf } from "./quota/usage.ts";
export type { PolicyRule, Role, RoleBinding, Subject } from "./rbac/v1/roles.ts";
export { resourceTypes, type TypedResource } from "./resource-types.ts";
export { SYSTEM_PRIORITY_CLASSES } from "./scheduling/v1/priority-class.ts";
export type { StorageClass } from "./storage/v1/storage-class.ts";
export type { PrinterColumn, ResourceStrategy, StrategyContext } from "./strategy.ts";
