// Field numbers of the messages that kubectl sends as application/vnd.kubernetes.protobuf, from the generated.proto files of
// k8s.io/api v0.35: `number name type`. Types: s string, b bytes, i integer, I integer that may be absent (0 is kept),
// f boolean, F boolean that may be absent, else a message; `*` is a list, `%` a map from string, `^` fields of the outer one.
const TABLE: Readonly<Record<string, string>> = {
  ObjectMeta:
    "1 name s,2 generateName s,3 namespace s,5 uid s,6 resourceVersion s,7 generation i,8 creationTimestamp Time,11 labels s%,12 annotations s%,13 ownerReferences OwnerReference*,14 finalizers s*",
  OwnerReference: "1 kind s,3 name s,4 uid s,5 apiVersion s,6 controller F,7 blockOwnerDeletion F",
  LabelSelector: "1 matchLabels s%,2 matchExpressions LabelSelectorRequirement*",
  LabelSelectorRequirement: "1 key s,2 operator s,3 values s*",
  LocalObjectReference: "1 name s",
  Namespace: "1 metadata ObjectMeta,2 spec NamespaceSpec",
  NamespaceSpec: "1 finalizers s*",
  ConfigMap: "1 metadata ObjectMeta,2 data s%,3 binaryData b%,4 immutable F",
  Secret: "1 metadata ObjectMeta,2 data b%,3 type s,4 stringData s%,5 immutable F",
  ServiceAccount:
    "1 metadata ObjectMeta,2 secrets ObjectReference*,3 imagePullSecrets LocalObjectReference*,4 automountServiceAccountToken F",
  ObjectReference: "1 kind s,2 namespace s,3 name s,4 uid s,5 apiVersion s,6 resourceVersion s,7 fieldPath s",
  Service: "1 metadata ObjectMeta,2 spec ServiceSpec",
  ServiceSpec:
    "1 ports ServicePort*,2 selector s%,3 clusterIP s,4 type s,5 externalIPs s*,7 sessionAffinity s,8 loadBalancerIP s,9 loadBalancerSourceRanges s*,10 externalName s,11 externalTrafficPolicy s,12 healthCheckNodePort i,13 publishNotReadyAddresses f,17 ipFamilyPolicy s,18 clusterIPs s*,19 ipFamilies s*,20 allocateLoadBalancerNodePorts F,21 loadBalancerClass s,22 internalTrafficPolicy s",
  ServicePort: "1 name s,2 protocol s,3 port i,4 targetPort IntOrString,5 nodePort i,6 appProtocol s",
  Pod: "1 metadata ObjectMeta,2 spec PodSpec",
  PodTemplateSpec: "1 metadata ObjectMeta,2 spec PodSpec",
  PodSpec:
    "1 volumes Volume*,2 containers Container*,3 restartPolicy s,4 terminationGracePeriodSeconds I,5 activeDeadlineSeconds I,6 dnsPolicy s,7 nodeSelector s%,8 serviceAccountName s,9 serviceAccount s,10 nodeName s,11 hostNetwork f,12 hostPID f,13 hostIPC f,14 securityContext PodSecurityContext,15 imagePullSecrets LocalObjectReference*,16 hostname s,17 subdomain s,18 affinity Affinity,19 schedulerName s,20 initContainers Container*,21 automountServiceAccountToken F,22 tolerations Toleration*,23 hostAliases HostAlias*,24 priorityClassName s,25 priority I,27 shareProcessNamespace F,28 readinessGates PodReadinessGate*,29 runtimeClassName s,30 enableServiceLinks F,31 preemptionPolicy s,34 ephemeralContainers EphemeralContainer*",
  Volume: "1 name s,2 volumeSource VolumeSource^",
  VolumeSource:
    "1 hostPath HostPathVolumeSource,2 emptyDir EmptyDirVolumeSource,6 secret SecretVolumeSource,10 persistentVolumeClaim PersistentVolumeClaimVolumeSource,16 downwardAPI DownwardAPIVolumeSource,19 configMap ConfigMapVolumeSource,26 projected ProjectedVolumeSource",
  HostPathVolumeSource: "1 path s,2 type s",
  DownwardAPIVolumeSource: "1 items DownwardAPIVolumeFile*,2 defaultMode I",
  DownwardAPIVolumeFile:
    "1 path s,2 fieldRef ObjectFieldSelector,3 resourceFieldRef ResourceFieldSelector,4 mode I",
  ProjectedVolumeSource: "1 sources VolumeProjection*,2 defaultMode I",
  VolumeProjection:
    "1 secret KeyedProjection,2 downwardAPI DownwardAPIProjection,3 configMap KeyedProjection,4 serviceAccountToken ServiceAccountTokenProjection",
  KeyedProjection: "1 localObjectReference LocalObjectReference^,2 items KeyToPath*,4 optional F",
  DownwardAPIProjection: "1 items DownwardAPIVolumeFile*",
  ServiceAccountTokenProjection: "1 audience s,2 expirationSeconds I,3 path s",
  EmptyDirVolumeSource: "1 medium s,2 sizeLimit Quantity",
  SecretVolumeSource: "1 secretName s,2 items KeyToPath*,3 defaultMode I,4 optional F",
  ConfigMapVolumeSource:
    "1 localObjectReference LocalObjectReference^,2 items KeyToPath*,3 defaultMode I,4 optional F",
  PersistentVolumeClaimVolumeSource: "1 claimName s,2 readOnly f",
  KeyToPath: "1 key s,2 path s,3 mode I",
  Toleration: "1 key s,2 operator s,3 value s,4 effect s,5 tolerationSeconds I",
  Container:
    "1 name s,2 image s,3 command s*,4 args s*,5 workingDir s,6 ports ContainerPort*,7 env EnvVar*,8 resources ResourceRequirements,9 volumeMounts VolumeMount*,10 livenessProbe Probe,11 readinessProbe Probe,12 lifecycle Lifecycle,13 terminationMessagePath s,14 imagePullPolicy s,15 securityContext SecurityContext,16 stdin f,17 stdinOnce f,18 tty f,19 envFrom EnvFromSource*,20 terminationMessagePolicy s,22 startupProbe Probe,24 restartPolicy s",
  EphemeralContainer: "1 ephemeralContainerCommon Container^,2 targetContainerName s",
  PodSecurityContext:
    "2 runAsUser I,3 runAsNonRoot F,4 supplementalGroups i*,5 fsGroup I,6 runAsGroup I,9 fsGroupChangePolicy s,10 seccompProfile SeccompProfile",
  SecurityContext:
    "1 capabilities Capabilities,2 privileged F,4 runAsUser I,5 runAsNonRoot F,6 readOnlyRootFilesystem F,7 allowPrivilegeEscalation F,8 runAsGroup I,9 procMount s,11 seccompProfile SeccompProfile",
  Capabilities: "1 add s*,2 drop s*",
  SeccompProfile: "1 type s,2 localhostProfile s",
  HostAlias: "1 ip s,2 hostnames s*",
  PodReadinessGate: "1 conditionType s",
  Affinity: "1 nodeAffinity NodeAffinity,2 podAffinity PodAffinity,3 podAntiAffinity PodAffinity",
  NodeAffinity:
    "1 requiredDuringSchedulingIgnoredDuringExecution NodeSelector,2 preferredDuringSchedulingIgnoredDuringExecution PreferredSchedulingTerm*",
  NodeSelector: "1 nodeSelectorTerms NodeSelectorTerm*",
  NodeSelectorTerm: "1 matchExpressions NodeSelectorRequirement*,2 matchFields NodeSelectorRequirement*",
  NodeSelectorRequirement: "1 key s,2 operator s,3 values s*",
  PreferredSchedulingTerm: "1 weight i,2 preference NodeSelectorTerm",
  PodAffinity:
    "1 requiredDuringSchedulingIgnoredDuringExecution PodAffinityTerm*,2 preferredDuringSchedulingIgnoredDuringExecution WeightedPodAffinityTerm*",
  PodAffinityTerm:
    "1 labelSelector LabelSelector,2 namespaces s*,3 topologyKey s,4 namespaceSelector LabelSelector",
  WeightedPodAffinityTerm: "1 weight i,2 podAffinityTerm PodAffinityTerm",
  Probe:
    "1 handler Handler^,2 initialDelaySeconds i,3 timeoutSeconds i,4 periodSeconds i,5 successThreshold i,6 failureThreshold i,7 terminationGracePeriodSeconds I",
  Handler: "1 exec ExecAction,2 httpGet HTTPGetAction,3 tcpSocket TCPSocketAction,4 grpc GRPCAction",
  Lifecycle: "1 postStart LifecycleHandler,2 preStop LifecycleHandler",
  LifecycleHandler:
    "1 exec ExecAction,2 httpGet HTTPGetAction,3 tcpSocket TCPSocketAction,4 sleep SleepAction",
  ExecAction: "1 command s*",
  HTTPGetAction: "1 path s,2 port IntOrString,3 host s,4 scheme s,5 httpHeaders HTTPHeader*",
  HTTPHeader: "1 name s,2 value s",
  TCPSocketAction: "1 port IntOrString,2 host s",
  GRPCAction: "1 port i,2 service s",
  SleepAction: "1 seconds i",
  ContainerPort: "1 name s,2 hostPort i,3 containerPort i,4 protocol s,5 hostIP s",
  EnvVar: "1 name s,2 value s,3 valueFrom EnvVarSource",
  EnvVarSource:
    "1 fieldRef ObjectFieldSelector,2 resourceFieldRef ResourceFieldSelector,3 configMapKeyRef KeySelector,4 secretKeyRef KeySelector",
  ObjectFieldSelector: "1 apiVersion s,2 fieldPath s",
  ResourceFieldSelector: "1 containerName s,2 resource s,3 divisor Quantity",
  KeySelector: "1 localObjectReference LocalObjectReference^,2 key s,3 optional F",
  EnvFromSource: "1 prefix s,2 configMapRef EnvSource,3 secretRef EnvSource",
  EnvSource: "1 localObjectReference LocalObjectReference^,2 optional F",
  VolumeMount: "1 name s,2 readOnly f,3 mountPath s,4 subPath s,5 mountPropagation s,6 subPathExpr s",
  ResourceRequirements: "1 limits Quantity%,2 requests Quantity%",
  Deployment: "1 metadata ObjectMeta,2 spec DeploymentSpec",
  DeploymentSpec:
    "1 replicas I,2 selector LabelSelector,3 template PodTemplateSpec,4 strategy DeploymentStrategy,5 minReadySeconds i,6 revisionHistoryLimit I,7 paused f,9 progressDeadlineSeconds I",
  DeploymentStrategy: "1 type s,2 rollingUpdate RollingUpdate",
  RollingUpdate: "1 maxUnavailable IntOrString,2 maxSurge IntOrString",
  Job: "1 metadata ObjectMeta,2 spec JobSpec",
  JobSpec:
    "1 parallelism I,2 completions I,3 activeDeadlineSeconds I,4 selector LabelSelector,5 manualSelector F,6 template PodTemplateSpec,7 backoffLimit I,8 ttlSecondsAfterFinished I,9 completionMode s,10 suspend F",
  CronJob: "1 metadata ObjectMeta,2 spec CronJobSpec",
  CronJobSpec:
    "1 schedule s,2 startingDeadlineSeconds I,3 concurrencyPolicy s,4 suspend F,5 jobTemplate JobTemplateSpec,6 successfulJobsHistoryLimit I,7 failedJobsHistoryLimit I,8 timeZone s",
  JobTemplateSpec: "1 metadata ObjectMeta,2 spec JobSpec",
  Role: "1 metadata ObjectMeta,2 rules PolicyRule*",
  ClusterRole: "1 metadata ObjectMeta,2 rules PolicyRule*,3 aggregationRule AggregationRule",
  AggregationRule: "1 clusterRoleSelectors LabelSelector*",
  PolicyRule: "1 verbs s*,2 apiGroups s*,3 resources s*,4 resourceNames s*,5 nonResourceURLs s*",
  RoleBinding: "1 metadata ObjectMeta,2 subjects Subject*,3 roleRef RoleRef",
  ClusterRoleBinding: "1 metadata ObjectMeta,2 subjects Subject*,3 roleRef RoleRef",
  Subject: "1 kind s,2 apiGroup s,3 name s,4 namespace s",
  RoleRef: "1 apiGroup s,2 kind s,3 name s",
  Ingress: "1 metadata ObjectMeta,2 spec IngressSpec",
  IngressSpec: "1 defaultBackend IngressBackend,2 tls IngressTLS*,3 rules IngressRule*,4 ingressClassName s",
  IngressTLS: "1 hosts s*,2 secretName s",
  IngressRule: "1 host s,2 ingressRuleValue IngressRuleValue^",
  IngressRuleValue: "1 http HTTPIngressRuleValue",
  HTTPIngressRuleValue: "1 paths HTTPIngressPath*",
  HTTPIngressPath: "1 path s,2 backend IngressBackend,3 pathType s",
  IngressBackend: "4 service IngressServiceBackend",
  IngressServiceBackend: "1 name s,2 port ServiceBackendPort",
  ServiceBackendPort: "1 name s,2 number i",
  ResourceQuota: "1 metadata ObjectMeta,2 spec ResourceQuotaSpec",
  ResourceQuotaSpec: "1 hard Quantity%,2 scopes s*",
  PodDisruptionBudget: "1 metadata ObjectMeta,2 spec PodDisruptionBudgetSpec",
  PodDisruptionBudgetSpec:
    "1 minAvailable IntOrStringPointer,2 selector LabelSelector,3 maxUnavailable IntOrStringPointer,4 unhealthyPodEvictionPolicy s",
  PriorityClass: "1 metadata ObjectMeta,2 value i,3 globalDefault f,4 description s,5 preemptionPolicy s",
  HorizontalPodAutoscaler: "1 metadata ObjectMeta,2 spec HorizontalPodAutoscalerSpec",
  HorizontalPodAutoscalerSpec:
    "1 scaleTargetRef CrossVersionObjectReference,2 minReplicas I,3 maxReplicas i,4 metrics MetricSpec*",
  CrossVersionObjectReference: "1 kind s,2 name s,3 apiVersion s",
  MetricSpec: "1 type s,4 resource ResourceMetricSource",
  ResourceMetricSource: "1 name s,2 target MetricTarget",
  MetricTarget: "1 type s,2 value Quantity,3 averageValue Quantity,4 averageUtilization I",
  TokenRequest: "1 metadata ObjectMeta,2 spec TokenRequestSpec",
  TokenRequestSpec: "1 audiences s*,3 boundObjectRef BoundObjectReference,4 expirationSeconds I",
  BoundObjectReference: "1 kind s,2 apiVersion s,3 name s,4 uid s",
  SelfSubjectReview: "1 metadata ObjectMeta",
  SelfSubjectAccessReview: "1 metadata ObjectMeta,2 spec SelfSubjectAccessReviewSpec",
  SelfSubjectAccessReviewSpec:
    "1 resourceAttributes ResourceAttributes,2 nonResourceAttributes NonResourceAttributes",
  ResourceAttributes: "1 namespace s,2 verb s,3 group s,4 version s,5 resource s,6 subresource s,7 name s",
  NonResourceAttributes: "1 path s,2 verb s",
  SelfSubjectRulesReview: "1 metadata ObjectMeta,2 spec SelfSubjectRulesReviewSpec",
  SelfSubjectRulesReviewSpec: "1 namespace s",
  CertificateSigningRequest:
    "1 metadata ObjectMeta,2 spec CertificateSigningRequestSpec,3 status CertificateSigningRequestStatus",
  CertificateSigningRequestSpec:
    "1 request b,2 username s,3 uid s,4 groups s*,5 usages s*,7 signerName s,8 expirationSeconds I",
  CertificateSigningRequestStatus: "1 conditions CertificateSigningRequestCondition*,2 certificate b",
  CertificateSigningRequestCondition:
    "1 type s,2 reason s,3 message s,4 lastUpdateTime Time,5 lastTransitionTime Time,6 status s",
  Eviction: "1 metadata ObjectMeta,2 deleteOptions DeleteOptions",
  DeleteOptions: "1 gracePeriodSeconds I,2 preconditions Preconditions,4 propagationPolicy s,5 dryRun s*",
  Preconditions: "1 uid s,2 resourceVersion s",
};

export interface MessageField {
  readonly name: string;
  readonly type: string;
  readonly shape: "one" | "list" | "map" | "inline";
}

const SHAPES = { "*": "list", "%": "map", "^": "inline" } as const;
const parsed = new Map<string, ReadonlyMap<number, MessageField>>();

/** The fields of a message by number, or undefined for a message that is not in the table. */
export function messageFields(message: string): ReadonlyMap<number, MessageField> | undefined {
  const known = parsed.get(message);
  if (known) return known;
  const text = Object.hasOwn(TABLE, message) ? TABLE[message] : undefined;
  if (text === undefined) return undefined;
  const fields = new Map<number, MessageField>();
  for (const line of text.split(",")) {
    const [number = "", name = "", type = ""] = line.split(" ");
    const mark = type.at(-1);
    const shape = mark === "*" || mark === "%" || mark === "^" ? SHAPES[mark] : "one";
    fields.set(Number(number), { name, type: shape === "one" ? type : type.slice(0, -1), shape });
  }
  parsed.set(message, fields);
  return fields;
}
