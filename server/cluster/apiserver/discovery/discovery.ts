import { apiVersionOf, type Resource } from "../registry/resource.ts";

const ALL_VERBS = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];

/** A subresource as discovery lists it. */
interface Subresource {
  readonly name: string;
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly verbs: readonly string[];
}

const CONNECT = ["create", "get"];
const PROXY = ["create", "delete", "get", "patch", "update"];

const CORE_SUBRESOURCES: Readonly<Record<string, readonly [string, string, readonly string[]][]>> = {
  pods: [
    ["attach", "PodAttachOptions", CONNECT],
    ["binding", "Binding", ["create"]],
    ["eviction", "Eviction", ["create"]],
    ["exec", "PodExecOptions", CONNECT],
    ["log", "Pod", ["get"]],
    ["portforward", "PodPortForwardOptions", CONNECT],
    ["proxy", "PodProxyOptions", PROXY],
  ],
  services: [["proxy", "ServiceProxyOptions", PROXY]],
  namespaces: [["finalize", "Namespace", ["update"]]],
  serviceaccounts: [["token", "TokenRequest", ["create"]]],
};
const READ_AND_WRITE = ["get", "patch", "update"];
// Subresources whose kind lives in another group.
const FOREIGN: Readonly<Record<string, readonly [string, string]>> = {
  Eviction: ["policy", "v1"],
  TokenRequest: ["authentication.k8s.io", "v1"],
};

function subresourcesOf({ strategy }: Resource): Subresource[] {
  const { group, version, plural, kind, subresources } = strategy;
  const found: Subresource[] = [];
  if (group === "") {
    for (const [name, subKind, verbs] of CORE_SUBRESOURCES[plural] ?? []) {
      const [subGroup, subVersion] = FOREIGN[subKind] ?? ["", "v1"];
      found.push({ name, group: subGroup, version: subVersion, kind: subKind, verbs });
    }
  }
  const verbs = READ_AND_WRITE;
  if (kind === "CertificateSigningRequest") found.push({ name: "approval", group, version, kind, verbs });
  if (subresources?.scale) {
    found.push({ name: "scale", group: "autoscaling", version: "v1", kind: "Scale", verbs });
  }
  if (subresources?.status) found.push({ name: "status", group, version, kind, verbs });
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * Resources by group and then version, each in the order in which kubectl prefers them: groups of custom resources come
 * last, by name (kube-aggregator gives them one priority), so that `gateway` means the Gateway API's where it is served.
 */
function groups(resources: readonly Resource[]): Map<string, Map<string, Resource[]>> {
  const result = new Map<string, Map<string, Resource[]>>();
  for (const resource of resources) {
    const { group, version } = resource.strategy;
    const versions = result.get(group) ?? new Map<string, Resource[]>();
    result.set(group, versions);
    versions.set(version, [...(versions.get(version) ?? []), resource]);
  }
  for (const [group, versions] of result) {
    result.set(group, new Map([...versions].sort(([a], [b]) => compareVersions(a, b))));
  }
  const custom = new Set(resources.filter((one) => one.custom).map(({ strategy }) => strategy.group));
  const rank = (group: string) => (custom.has(group) ? group : "");
  return new Map([...result].sort(([a], [b]) => (rank(a) < rank(b) ? -1 : rank(a) > rank(b) ? 1 : 0)));
}

/** Kubernetes' order of versions: v2, v1, v1beta2, v1beta1, v1alpha1, then the rest by name. */
export function compareVersions(left: string, right: string): number {
  const rank = (version: string) => {
    const match = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version);
    if (!match) return [-1, 0, 0];
    return [match[2] === "alpha" ? 0 : match[2] === "beta" ? 1 : 2, Number(match[1]), Number(match[3] ?? 0)];
  };
  const [a, b] = [rank(left), rank(right)];
  for (let index = 0; index < 3; index++) {
    const difference = (b[index] ?? 0) - (a[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return left < right ? -1 : left > right ? 1 : 0;
}

/** APIGroupDiscoveryList of apidiscovery.k8s.io/v2: for /api (core) or /apis (the rest). */
export function aggregatedDiscovery(resources: readonly Resource[], core: boolean): object {
  const items = [...groups(resources)]
    .filter(([group]) => (group === "") === core)
    .map(([group, versions]) => ({
      metadata: group ? { name: group, creationTimestamp: null } : { creationTimestamp: null },
      versions: [...versions].map(([version, members]) => ({
        version,
        resources: members.map(aggregatedResource),
        freshness: "Current",
      })),
    }));
  return { kind: "APIGroupDiscoveryList", apiVersion: "apidiscovery.k8s.io/v2", metadata: {}, items };
}

function aggregatedResource(resource: Resource): object {
  const { strategy } = resource;
  const subresources = subresourcesOf(resource).map((subresource) => ({
    subresource: subresource.name,
    responseKind: { group: subresource.group, version: subresource.version, kind: subresource.kind },
    verbs: subresource.verbs,
  }));
  return {
    resource: strategy.plural,
    responseKind: { group: strategy.group, version: strategy.version, kind: strategy.kind },
    scope: strategy.namespaced ? "Namespaced" : "Cluster",
    singularResource: strategy.singular,
    verbs: strategy.verbs ?? ALL_VERBS,
    ...(strategy.shortNames?.length ? { shortNames: strategy.shortNames } : {}),
    ...(strategy.categories?.length ? { categories: strategy.categories } : {}),
    ...(subresources.length > 0 ? { subresources } : {}),
  };
}

/** APIVersions: GET /api without aggregation. */
export function coreVersions(serverAddress: string): object {
  return {
    kind: "APIVersions",
    versions: ["v1"],
    serverAddressByClientCIDRs: [{ clientCIDR: "0.0.0.0/0", serverAddress }],
  };
}

/** APIGroupList: GET /apis without aggregation. */
export function groupList(resources: readonly Resource[]): object {
  const list = [...groups(resources)].filter(([group]) => group !== "");
  return {
    kind: "APIGroupList",
    apiVersion: "v1",
    groups: list.map(([name, versions]) => apiGroup(name, versions)),
  };
}

function apiGroup(name: string, versions: ReadonlyMap<string, unknown>): object {
  const all = [...versions.keys()].map((version) => ({ groupVersion: `${name}/${version}`, version }));
  return { name, versions: all, preferredVersion: all[0] };
}

/** APIGroup: GET /apis/GROUP. */
export function groupDocument(resources: readonly Resource[], group: string): object | undefined {
  const versions = groups(resources).get(group);
  return versions && { kind: "APIGroup", apiVersion: "v1", ...apiGroup(group, versions) };
}

/** APIResourceList: GET /api/v1 or /apis/GROUP/VERSION. */
export function resourceList(
  resources: readonly Resource[],
  group: string,
  version: string,
): object | undefined {
  const members = groups(resources).get(group)?.get(version);
  if (!members) return undefined;
  return {
    kind: "APIResourceList",
    ...(group ? { apiVersion: "v1" } : {}),
    groupVersion: apiVersionOf(group, version),
    resources: members.flatMap((resource) => [legacyResource(resource), ...legacySubresources(resource)]),
  };
}

function legacyResource({ strategy }: Resource): object {
  return {
    name: strategy.plural,
    singularName: strategy.singular,
    namespaced: strategy.namespaced,
    kind: strategy.kind,
    verbs: strategy.verbs ?? ALL_VERBS,
    ...(strategy.shortNames?.length ? { shortNames: strategy.shortNames } : {}),
    ...(strategy.categories?.length ? { categories: strategy.categories } : {}),
  };
}

function legacySubresources(resource: Resource): object[] {
  const { strategy } = resource;
  return subresourcesOf(resource).map(({ name, group, version, kind, verbs }) => ({
    name: `${strategy.plural}/${name}`,
    singularName: "",
    namespaced: strategy.namespaced,
    ...(group === strategy.group && version === strategy.version ? {} : { group, version }),
    kind,
    verbs,
  }));
}
