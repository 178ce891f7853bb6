import type { KubeObject } from "../../apimachinery/index.ts";
import type { PolicyRule, Role, RoleBinding } from "../../apis/index.ts";

/**
 * The roles and bindings that every cluster starts with: those of Kubernetes' bootstrap policy that somebody meets here
 * (plugin/pkg/auth/authorizer/rbac/bootstrappolicy). Roles of controllers that are not processes of their own are left out.
 */
const READ = ["get", "list", "watch"];
const WRITE = ["create", "delete", "deletecollection", "patch", "update"];
const ALL = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];

const rule = (group: string, resources: string, verbs: readonly string[]): PolicyRule => ({
  ...{ apiGroups: [group], resources: resources.split(" "), verbs },
});
const paths = (nonResourceURLs: string, verbs: readonly string[]): PolicyRule => ({
  ...{ nonResourceURLs: nonResourceURLs.split(" "), verbs },
});

const VIEW: readonly PolicyRule[] = [
  rule(
    "",
    "configmaps endpoints persistentvolumeclaims persistentvolumeclaims/status pods replicationcontrollers replicationcontrollers/scale serviceaccounts services services/status",
    READ,
  ),
  rule(
    "",
    "bindings events limitranges namespaces/status pods/log pods/status replicationcontrollers/status resourcequotas resourcequotas/status",
    READ,
  ),
  rule("", "namespaces", READ),
  rule("discovery.k8s.io", "endpointslices", READ),
  rule(
    "apps",
    "controllerrevisions daemonsets daemonsets/status deployments deployments/scale deployments/status replicasets replicasets/scale replicasets/status statefulsets statefulsets/scale statefulsets/status",
    READ,
  ),
  rule("autoscaling", "horizontalpodautoscalers horizontalpodautoscalers/status", READ),
  rule("batch", "cronjobs cronjobs/status jobs jobs/status", READ),
  rule("policy", "poddisruptionbudgets poddisruptionbudgets/status", READ),
  rule("networking.k8s.io", "ingresses ingresses/status networkpolicies", READ),
];

const EDIT: readonly PolicyRule[] = [
  rule("", "pods/attach pods/exec pods/portforward pods/proxy secrets services/proxy", READ),
  rule("", "serviceaccounts", ["impersonate"]),
  rule("", "pods pods/attach pods/exec pods/portforward pods/proxy", WRITE),
  rule("", "pods/eviction", ["create"]),
  rule(
    "",
    "configmaps events persistentvolumeclaims replicationcontrollers replicationcontrollers/scale secrets serviceaccounts services services/proxy",
    WRITE,
  ),
  rule("", "serviceaccounts/token", ["create"]),
  rule(
    "apps",
    "daemonsets deployments deployments/rollback deployments/scale replicasets replicasets/scale statefulsets statefulsets/scale",
    WRITE,
  ),
  rule("autoscaling", "horizontalpodautoscalers", WRITE),
  rule("batch", "cronjobs jobs", WRITE),
  rule("policy", "poddisruptionbudgets", WRITE),
  rule("networking.k8s.io", "ingresses networkpolicies", WRITE),
  rule("coordination.k8s.io", "leases", ALL),
];

const ADMIN: readonly PolicyRule[] = [
  rule("authorization.k8s.io", "localsubjectaccessreviews", ["create"]),
  rule("rbac.authorization.k8s.io", "rolebindings roles", ALL),
];

const DISCOVERY = "/api /api/* /apis /apis/* /healthz /livez /openapi /openapi/* /readyz /version /version/";

const rolesByName: Readonly<Record<string, readonly PolicyRule[]>> = {
  "cluster-admin": [rule("*", "*", ["*"]), paths("*", ["*"])],
  "system:aggregate-to-admin": ADMIN,
  "system:aggregate-to-edit": EDIT,
  "system:aggregate-to-view": VIEW,
  "system:auth-delegator": [
    rule("authentication.k8s.io", "tokenreviews", ["create"]),
    rule("authorization.k8s.io", "subjectaccessreviews", ["create"]),
  ],
  "system:basic-user": [
    rule("authorization.k8s.io", "selfsubjectaccessreviews selfsubjectrulesreviews", ["create"]),
    rule("authentication.k8s.io", "selfsubjectreviews", ["create"]),
  ],
  "system:discovery": [paths(DISCOVERY, ["get"])],
  "system:monitoring": [
    paths("/healthz /healthz/* /livez /livez/* /metrics /metrics/slis /readyz /readyz/*", ["get"]),
  ],
  "system:public-info-viewer": [paths("/healthz /livez /readyz /version /version/", ["get"])],
  "system:service-account-issuer-discovery": [
    paths("/.well-known/openid-configuration /openid/v1/jwks", ["get"]),
  ],
};

/** Aggregated roles: everything of the roles with this label. */
const aggregated: readonly string[] = ["admin", "edit", "view"];
const aggregatesTo: Readonly<Record<string, string>> = {
  "system:aggregate-to-admin": "admin",
  "system:aggregate-to-edit": "edit",
  "system:aggregate-to-view": "view",
  edit: "admin",
  view: "edit",
};
const labelOf = (role: string) => ({ [`rbac.authorization.k8s.io/aggregate-to-${role}`]: "true" });

const everyone = ["system:authenticated", "system:unauthenticated"];
const groupsByRole: Readonly<Record<string, readonly string[]>> = {
  "cluster-admin": ["system:masters"],
  "system:basic-user": ["system:authenticated"],
  "system:discovery": ["system:authenticated"],
  "system:monitoring": ["system:monitoring"],
  "system:public-info-viewer": everyone,
  "system:service-account-issuer-discovery": ["system:serviceaccounts"],
};

const GROUP = "rbac.authorization.k8s.io";
const metadataOf = (name: string) => {
  const to = aggregatesTo[name];
  return {
    name,
    labels: { "kubernetes.io/bootstrapping": "rbac-defaults", ...(to && labelOf(to)) },
    annotations: { "rbac.authorization.kubernetes.io/autoupdate": "true" },
  };
};

export function bootstrapPolicy(): readonly KubeObject[] {
  const apiVersion = `${GROUP}/v1`;
  const roles = Object.entries(rolesByName).map(
    ([name, rules]): Role => ({ apiVersion, kind: "ClusterRole", metadata: metadataOf(name), rules }),
  );
  const sums = aggregated.map((name) => ({
    ...{ apiVersion, kind: "ClusterRole", metadata: metadataOf(name), rules: null },
    aggregationRule: { clusterRoleSelectors: [{ matchLabels: labelOf(name) }] },
  }));
  const bindings = Object.entries(groupsByRole).map(
    ([name, groups]): RoleBinding => ({
      ...{ apiVersion, kind: "ClusterRoleBinding", metadata: metadataOf(name) },
      roleRef: { apiGroup: GROUP, kind: "ClusterRole", name },
      subjects: groups.map((group) => ({ kind: "Group", apiGroup: GROUP, name: group })),
    }),
  );
  return [...roles, ...sums, ...bindings];
}
