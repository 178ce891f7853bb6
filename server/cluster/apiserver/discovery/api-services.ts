import type { KubeObject } from "../../apimachinery/index.ts";
import { ageColumn, forbiddenField, nameColumn, type ResourceStrategy } from "../../apis/index.ts";
import type { Resource } from "../registry/resource.ts";

const GROUP = "apiregistration.k8s.io";

/** In which order clients prefer groups. Follows kube-apiserver's apiVersionPriorities, for the groups that are served. */
const PRIORITIES: Readonly<Record<string, number>> = {
  "": 18000,
  apps: 17800,
  "events.k8s.io": 17750,
  "authentication.k8s.io": 17700,
  "authorization.k8s.io": 17600,
  autoscaling: 17500,
  batch: 17400,
  "certificates.k8s.io": 17300,
  "networking.k8s.io": 17200,
  policy: 17100,
  "rbac.authorization.k8s.io": 17000,
  "storage.k8s.io": 16800,
  "apiextensions.k8s.io": 16700,
  "admissionregistration.k8s.io": 16700,
  "scheduling.k8s.io": 16600,
  "coordination.k8s.io": 16500,
  "discovery.k8s.io": 16200,
};
const CUSTOM = { groupPriorityMinimum: 1000, versionPriority: 100 };

interface ApiService extends KubeObject {
  readonly spec: {
    readonly group?: string;
    readonly version: string;
    readonly groupPriorityMinimum: number;
    readonly versionPriority: number;
    readonly service?: { readonly namespace?: string; readonly name?: string };
  };
}

/**
 * One APIService for each group and version that the server answers itself, worked out when they are asked for. There is
 * no aggregation of other servers: one that names a Service is refused. Follows kube-aggregator.
 */
export function apiServiceStrategy(
  resources: () => readonly Resource[],
  startedAt: string,
): ResourceStrategy<ApiService> {
  return {
    group: GROUP,
    version: "v1",
    kind: "APIService",
    plural: "apiservices",
    singular: "apiservice",
    categories: ["api-extensions"],
    namespaced: false,
    verbs: ["create", "get", "list"],
    computed: () => apiServices(resources(), startedAt),
    validate: () => [
      forbiddenField("spec.service", "aggregation of API servers is not supported by the practice cluster"),
    ],
    printerColumns: [
      nameColumn,
      column("Service", "The reference to the service that hosts this API endpoint.", ({ spec }) =>
        spec.service ? `${spec.service.namespace}/${spec.service.name}` : "Local",
      ),
      column("Available", "Whether this service is available.", () => "True"),
      ageColumn,
    ],
  };
}

function column(name: string, description: string, cell: (service: ApiService) => string) {
  return { name, type: "string", description, priority: 0, cell } as const;
}

function apiServices(resources: readonly Resource[], startedAt: string): ApiService[] {
  const served = new Map<string, Resource>();
  for (const resource of resources) {
    const { group, version } = resource.strategy;
    if (group !== GROUP) served.set(`${version}.${group}`, resource);
  }
  return [...served]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { strategy, custom }]) => apiService(name, { ...strategy, custom }, startedAt));
}

function apiService(
  name: string,
  { group, version, custom }: { group: string; version: string; custom: boolean },
  startedAt: string,
): ApiService {
  const known = PRIORITIES[group];
  const versionPriority = group === "" ? 1 : version === "v2" ? 30 : 15;
  const available = {
    type: "Available",
    status: "True",
    lastTransitionTime: startedAt,
    reason: "Local",
    message: "Local APIServices are always available",
  };
  return {
    apiVersion: `${GROUP}/v1`,
    kind: "APIService",
    metadata: {
      name,
      labels: { "kube-aggregator.kubernetes.io/automanaged": custom ? "true" : "onstart" },
      creationTimestamp: startedAt,
    },
    spec: {
      ...(group ? { group } : {}),
      version,
      ...(known === undefined ? CUSTOM : { groupPriorityMinimum: known, versionPriority }),
    },
    status: { conditions: [available] },
  };
}
