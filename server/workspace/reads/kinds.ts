import type { GroupVersionResource } from "../../platform/kube/index.ts";

export interface FollowedKind extends GroupVersionResource {
  readonly kind: string;
}

const of = (group: string, version: string, kinds: Readonly<Record<string, string>>): FollowedKind[] =>
  Object.entries(kinds).map(([resource, kind]) => ({ group, version, resource, kind }));

/** What the Cluster tab shows. Secrets are not among them: a picture of the page must not hold one. */
export const followedKinds: readonly FollowedKind[] = [
  ...of("", "v1", {
    namespaces: "Namespace",
    nodes: "Node",
    pods: "Pod",
    services: "Service",
    configmaps: "ConfigMap",
    serviceaccounts: "ServiceAccount",
  }),
  ...of("apps", "v1", { deployments: "Deployment", statefulsets: "StatefulSet", daemonsets: "DaemonSet" }),
  ...of("batch", "v1", { jobs: "Job", cronjobs: "CronJob" }),
  ...of("networking.istio.io", "v1beta1", {
    virtualservices: "VirtualService",
    destinationrules: "DestinationRule",
    gateways: "Gateway",
    serviceentries: "ServiceEntry",
    sidecars: "Sidecar",
    workloadentries: "WorkloadEntry",
  }),
  ...of("networking.istio.io", "v1alpha3", { envoyfilters: "EnvoyFilter" }),
  ...of("security.istio.io", "v1beta1", {
    peerauthentications: "PeerAuthentication",
    authorizationpolicies: "AuthorizationPolicy",
    requestauthentications: "RequestAuthentication",
  }),
  ...of("telemetry.istio.io", "v1alpha1", { telemetries: "Telemetry" }),
  ...of("gateway.networking.k8s.io", "v1", { gateways: "Gateway", httproutes: "HTTPRoute" }),
];

/** Of these, what says how things should be: its changes are somebody's intention. */
export const configurationKinds: readonly FollowedKind[] = followedKinds.filter(
  ({ kind }) => !["Pod", "Node", "ServiceAccount", "Job", "CronJob"].includes(kind),
);

export const eventsKind: FollowedKind = { group: "", version: "v1", resource: "events", kind: "Event" };
export const apiVersionOf = ({ group, version }: GroupVersionResource): string =>
  group === "" ? version : `${group}/${version}`;
