// Writes server/cluster/apis/generated/openapi.json: the OpenAPI v3 schemas of the built-in kinds, read from the models that
// @kubernetes/client-node was generated with (Kubernetes 1.34; the fields that 1.35 added are not in it). Merge keys and
// list types are not in those models; they are the short tables below, after the markers in k8s.io/api.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const require = createRequire(import.meta.url);
const gen = join(dirname(require.resolve("@kubernetes/client-node")), "gen");
const out = join(root, "server/cluster/apis/generated/openapi.json");

/** Group and version by the prefix of an API file's paths; kinds that these APIs serve. */
function servedKinds() {
  const kinds = new Map();
  for (const file of readdirSync(join(gen, "apis")).filter((name) => /V\d\w*Api\.js$/.test(name))) {
    const text = readFileSync(join(gen, "apis", file), "utf8");
    const path = /localVarPath = '\/(?:api|apis\/([^/']+))\/(v[^/']+)\//.exec(text);
    if (!path) continue;
    const [, group = "", version] = path;
    for (const [, model] of text.matchAll(/ObjectSerializer\.(?:de)?serialize\([^"\n]*?"([A-Za-z0-9]+)"/gs)) {
      if (/^(Any|string|Object|IntOrString|V1Status|V1APIResourceList)$/.test(model)) continue;
      const found = kinds.get(model) ?? [];
      if (!found.some((one) => one.group === group && one.version === version))
        found.push({ group, version });
      kinds.set(model, found);
    }
  }
  return kinds;
}

const META = new Set([
  "APIGroup",
  "APIGroupList",
  "APIResource",
  "APIResourceList",
  "APIVersions",
  "Condition",
  "DeleteOptions",
  "FieldSelectorRequirement",
  "GroupVersionForDiscovery",
  "LabelSelector",
  "LabelSelectorRequirement",
  "ListMeta",
  "ManagedFieldsEntry",
  "ObjectMeta",
  "OwnerReference",
  "Preconditions",
  "ServerAddressByClientCIDR",
  "Status",
  "StatusCause",
  "StatusDetails",
]);

const GO_GROUPS = { "": "core", "rbac.authorization.k8s.io": "rbac" };
const goGroup = (group) => GO_GROUPS[group] ?? group.split(".")[0];

/** V1Deployment → {version: v1, kind: Deployment}; CoreV1Event → {prefix: Core, version: v1, kind: Event}. */
function split(model) {
  const match =
    /^(Core|Events|Authentication|Storage|Discovery|Rbac|Admissionregistration|Apiextensions|Apiregistration|Flowcontrol)?(V\d+(?:alpha\d+|beta\d+)?)(.+)$/.exec(
      model,
    );
  return match ? { prefix: match[1] ?? "", version: match[2].toLowerCase(), kind: match[3] } : undefined;
}

const models = new Map();
for (const file of readdirSync(join(gen, "models")).filter((name) => name.endsWith(".js"))) {
  const model = file.slice(0, -3);
  const parts = split(model);
  if (!parts) continue;
  models.set(model, {
    model,
    ...parts,
    source: readFileSync(join(gen, "models", file), "utf8"),
    types: readFileSync(join(gen, "models", `${model}.d.ts`), "utf8"),
  });
}

const plainText = (text) =>
  text
    .replace(/\\(['"])/g, "$1")
    .replace(/\s+/g, " ")
    .trim();

function describe(types, model) {
  const head = /\/\*\*\n\* ([\s\S]*?)\n\*\/\nexport declare class/.exec(types);
  const fields = new Map();
  const body = types.slice(types.indexOf("export declare class"));
  const field =
    /(?:\/\*\*\n\s*\* ((?:(?!\*\/)[\s\S])*?)\n\s*\*\/\n)?\s*'([^'\n]+)'(\??): (?:\{\n[^\n]*\n\s*\}|[^\n]+);\n/g;
  for (const [, doc, name, optional] of body.matchAll(field)) {
    fields.set(name, { doc: doc ? plainText(doc) : "", required: optional === "" });
  }
  return { description: head ? plainText(head[1]) : model, fields };
}

const attributes = (source) => JSON.parse(/attributeTypeMap = (\[[\s\S]*?\n\]);/.exec(source)?.[1] ?? "[]");

for (const entry of models.values()) {
  entry.attributes = attributes(entry.source);
  Object.assign(entry, describe(entry.types, entry.model));
}

// Which group a helper type belongs to: the first kind that reaches it, the core group first.
const kinds = servedKinds();
const owner = new Map();
const inner = (type) => /^(?:Array<|\{ \[key: string\]: )*([A-Za-z0-9]+)/.exec(type)?.[1] ?? "";
function own(model, group) {
  const entry = models.get(model);
  if (!entry || owner.has(model)) return;
  owner.set(model, group);
  for (const { type } of entry.attributes) own(inner(type), group);
}
own("V1Eviction", "policy");
const PREFIX_GROUPS = {
  Core: "",
  Events: "events.k8s.io",
  Authentication: "authentication.k8s.io",
  Storage: "storage.k8s.io",
  Discovery: "discovery.k8s.io",
  Rbac: "rbac.authorization.k8s.io",
  Admissionregistration: "admissionregistration.k8s.io",
  Apiextensions: "apiextensions.k8s.io",
  Apiregistration: "apiregistration.k8s.io",
  Flowcontrol: "flowcontrol.apiserver.k8s.io",
};
for (const entry of models.values()) if (entry.prefix) owner.set(entry.model, PREFIX_GROUPS[entry.prefix]);
for (const model of [...owner.keys()])
  for (const { type } of models.get(model).attributes) own(inner(type), owner.get(model));
const ordered = [...kinds].sort(([, a], [, b]) => (a[0].group < b[0].group ? -1 : 1));
for (const [model, served] of ordered)
  if (models.has(model)) own(model, served.length > 1 ? homeOf(model) : served[0].group);

/** Kinds served by several groups as subresources (Scale, Eviction, TokenRequest) live where k8s.io/api has them. */
function homeOf(model) {
  return (
    {
      V1Scale: "autoscaling",
      V1Eviction: "policy",
      V1TokenRequest: "authentication.k8s.io",
      AuthenticationV1TokenRequest: "authentication.k8s.io",
    }[model] ?? kinds.get(model)[0].group
  );
}

const META_PREFIX = "io.k8s.apimachinery.pkg.apis.meta.v1.";
function component(model) {
  const { version, kind } = models.get(model);
  if (version === "v1" && META.has(kind)) return META_PREFIX + kind;
  const group = owner.get(model) ?? "";
  if (group === "apiextensions.k8s.io")
    return `io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.${version}.${kind}`;
  if (group === "apiregistration.k8s.io")
    return `io.k8s.kube-aggregator.pkg.apis.apiregistration.${version}.${kind}`;
  return `io.k8s.api.${goGroup(group)}.${version}.${kind}`;
}

// Kind.field → [patch merge key, patch strategy, list map keys]. After the patchMergeKey and listMapKey markers of k8s.io/api v0.35.
const LISTS = {
  "ObjectMeta.ownerReferences": ["uid", "merge", ["uid"]],
  "ObjectMeta.finalizers": [undefined, "merge", "set"],
  "PodSpec.containers": ["name", "merge", ["name"]],
  "PodSpec.initContainers": ["name", "merge", ["name"]],
  "PodSpec.ephemeralContainers": ["name", "merge", ["name"]],
  "PodSpec.volumes": ["name", "merge,retainKeys", ["name"]],
  "PodSpec.imagePullSecrets": ["name", "merge", ["name"]],
  "PodSpec.hostAliases": ["ip", "merge", ["ip"]],
  "PodSpec.topologySpreadConstraints": ["topologyKey", "merge", ["topologyKey", "whenUnsatisfiable"]],
  "PodSpec.resourceClaims": ["name", "merge,retainKeys", ["name"]],
  "PodSpec.schedulingGates": ["name", "merge", ["name"]],
  "Container.ports": ["containerPort", "merge", ["containerPort", "protocol"]],
  "Container.env": ["name", "merge", ["name"]],
  "Container.volumeMounts": ["mountPath", "merge", ["mountPath"]],
  "Container.volumeDevices": ["devicePath", "merge", ["devicePath"]],
  "EphemeralContainer.ports": ["containerPort", "merge", ["containerPort", "protocol"]],
  "EphemeralContainer.env": ["name", "merge", ["name"]],
  "EphemeralContainer.volumeMounts": ["mountPath", "merge", ["mountPath"]],
  "EphemeralContainer.volumeDevices": ["devicePath", "merge", ["devicePath"]],
  "ResourceRequirements.claims": [undefined, undefined, ["name"]],
  "PodStatus.conditions": ["type", "merge", ["type"]],
  "PodStatus.podIPs": ["ip", "merge", ["ip"]],
  "PodStatus.hostIPs": ["ip", "merge", undefined],
  "PodStatus.resourceClaimStatuses": ["name", "merge,retainKeys", ["name"]],
  "ServiceSpec.ports": ["port", "merge", ["port", "protocol"]],
  "ServiceStatus.conditions": ["type", "merge", ["type"]],
  "ServiceAccount.secrets": ["name", "merge", ["name"]],
  "NodeSpec.podCIDRs": [undefined, "merge", "set"],
  "NodeStatus.conditions": ["type", "merge", ["type"]],
  "NodeStatus.addresses": ["type", "merge", ["type"]],
  "NamespaceStatus.conditions": ["type", "merge", ["type"]],
  "PersistentVolumeClaimStatus.conditions": ["type", "merge", ["type"]],
  "ReplicationControllerStatus.conditions": ["type", "merge", ["type"]],
  "DeploymentStatus.conditions": ["type", "merge", ["type"]],
  "ReplicaSetStatus.conditions": ["type", "merge", ["type"]],
  "StatefulSetStatus.conditions": ["type", "merge", ["type"]],
  "DaemonSetStatus.conditions": ["type", "merge", ["type"]],
  "JobStatus.conditions": ["type", "merge", undefined],
  "PodDisruptionBudgetStatus.conditions": ["type", "merge", ["type"]],
  "HorizontalPodAutoscalerStatus.conditions": ["type", "merge", ["type"]],
  "MutatingWebhookConfiguration.webhooks": ["name", "merge", ["name"]],
  "ValidatingWebhookConfiguration.webhooks": ["name", "merge", ["name"]],
  "MutatingWebhook.matchConditions": ["name", "merge", ["name"]],
  "ValidatingWebhook.matchConditions": ["name", "merge", ["name"]],
  "ValidatingAdmissionPolicySpec.matchConditions": ["name", "merge", ["name"]],
  "ValidatingAdmissionPolicySpec.variables": ["name", "merge", ["name"]],
  "CustomResourceDefinitionStatus.conditions": [undefined, undefined, ["type"]],
  "NetworkPolicyStatus.conditions": ["type", "merge", ["type"]],
  "StorageVersionStatus.conditions": [undefined, undefined, ["type"]],
};
// Objects replaced as a whole by server-side apply.
const ATOMIC = new Set([
  "LabelSelector",
  "NodeSelector",
  "NodeSelectorTerm",
  "ObjectReference",
  "LocalObjectReference",
  "SecretKeySelector",
  "ConfigMapKeySelector",
  "ResourceFieldSelector",
  "ObjectFieldSelector",
  "TypedLocalObjectReference",
  "ScopeSelector",
  "SecretReference",
  "TopologySelectorTerm",
]);
const RETAIN_KEYS = new Set(["DeploymentSpec.strategy"]);
const DEFAULTS = { "ContainerPort.protocol": "TCP", "ServicePort.protocol": "TCP" };
const ATOMIC_MAPS = new Set(["ServiceSpec.selector", "PodSpec.nodeSelector"]);

const REF = "#/components/schemas/";
const SCALARS = {
  string: () => ({ type: "string" }),
  boolean: () => ({ type: "boolean" }),
  Date: () => ({ type: "string", format: "date-time" }),
  V1MicroTime: () => ({ type: "string", format: "date-time" }),
  IntOrString: () => ({ format: "int-or-string", oneOf: [{ type: "integer" }, { type: "string" }] }),
  any: () => ({ type: "object", "x-kubernetes-preserve-unknown-fields": true }),
  object: () => ({ type: "object", "x-kubernetes-preserve-unknown-fields": true }),
};
// Fields that hold a resource.Quantity: a string on the wire, a number is accepted.
const QUANTITY =
  /^(limits|requests|capacity|allocatable|hard|used|default|defaultRequest|min|max|maxLimitRequestRatio|overhead|podFixed|sizeLimit|divisor|allocatedResources|averageValue|value|currentAverageValue)$/;
const QUANTITY_OWNERS =
  /^(ResourceRequirements|VolumeResourceRequirements|NodeStatus|ResourceQuota|LimitRange|PersistentVolume|EmptyDirVolumeSource|ResourceFieldSelector|ContainerStatus|PodSpec|Overhead|Metric|CSIStorageCapacity)/;

function schemaOf(type, format, where) {
  const array = /^Array<(.*)>$/.exec(type);
  if (array) return { type: "array", items: schemaOf(array[1], format, where) };
  const map = /^\{ \[key: string\]: (.*); \}$/.exec(type);
  if (map) return { type: "object", additionalProperties: schemaOf(map[1], format, where) };
  if (type === "number") {
    const integer = /^int/.test(format);
    return { type: integer ? "integer" : "number", ...(format ? { format } : {}) };
  }
  if (type === "string" && QUANTITY.test(where.field) && QUANTITY_OWNERS.test(where.kind)) {
    return { format: "quantity", oneOf: [{ type: "string" }, { type: "number" }] };
  }
  if (SCALARS[type])
    return {
      ...SCALARS[type](),
      ...(format && type === "string" && format !== "date-time" ? { format } : {}),
    };
  if (models.has(type)) return { $ref: REF + component(type) };
  return { type: "object", "x-kubernetes-preserve-unknown-fields": true };
}

/** A field's schema: a reference carries its description beside it in allOf, as upstream's does. */
function property(entry, attribute) {
  const field = entry.fields.get(attribute.name);
  const where = { kind: entry.kind, field: attribute.baseName };
  const schema = schemaOf(attribute.type, attribute.format, where);
  const description = field?.doc ? { description: field.doc } : {};
  const result = schema.$ref ? { ...description, allOf: [schema] } : { ...description, ...schema };
  if (!schema.$ref && field?.required && schema.type === "string") result.default = "";
  const name = `${entry.kind}.${attribute.baseName}`;
  const list = LISTS[name];
  if (result.type === "array") {
    const [mergeKey, strategy, keys] = list ?? [];
    if (mergeKey) result["x-kubernetes-patch-merge-key"] = mergeKey;
    if (strategy) result["x-kubernetes-patch-strategy"] = strategy;
    result["x-kubernetes-list-type"] = keys === "set" ? "set" : keys ? "map" : "atomic";
    if (Array.isArray(keys)) result["x-kubernetes-list-map-keys"] = keys;
  }
  if (DEFAULTS[name]) result.default = DEFAULTS[name];
  if (RETAIN_KEYS.has(name)) result["x-kubernetes-patch-strategy"] = "retainKeys";
  if (ATOMIC_MAPS.has(name)) result["x-kubernetes-map-type"] = "atomic";
  return result;
}

const definitions = {};
for (const entry of models.values()) {
  const served = kinds.get(entry.model);
  const isKind =
    entry.attributes.some(({ baseName }) => baseName === "apiVersion") &&
    entry.attributes.some(({ baseName }) => baseName === "kind");
  const group = owner.get(entry.model);
  if (group === undefined && !META.has(entry.kind)) continue;
  // The practice cluster serves stable versions only.
  if (!/^v\d+$/.test(entry.version)) continue;
  const required = entry.attributes
    .filter(({ name }) => entry.fields.get(name)?.required)
    .map(({ baseName }) => baseName);
  const schema = {
    description: entry.description,
    type: "object",
    ...(required.length > 0 ? { required } : {}),
    properties: Object.fromEntries(
      entry.attributes.map((attribute) => [attribute.baseName, property(entry, attribute)]),
    ),
  };
  if (entry.kind === "JSONSchemaProps")
    for (const value of Object.values(schema.properties)) delete value["x-kubernetes-patch-merge-key"];
  if (ATOMIC.has(entry.kind)) schema["x-kubernetes-map-type"] = "atomic";
  if (entry.kind === "FieldsV1")
    Object.assign(schema, { properties: undefined, "x-kubernetes-preserve-unknown-fields": true });
  if (isKind && served && !META.has(entry.kind))
    schema["x-kubernetes-group-version-kind"] = [{ group, version: entry.version, kind: entry.kind }];
  definitions[component(entry.model)] = schema;
}
mkdirSync(dirname(out), { recursive: true });
writeFileSync(out, JSON.stringify(definitions));
