import { beforeEach, expect, it } from "vitest";
import { StatusError } from "../../apimachinery/index.ts";
import { type Harness, startHarness } from "../testing/harness.ts";

const RBAC = "/apis/rbac.authorization.k8s.io/v1";
const HERE = `${RBAC}/namespaces/default`;
const ANN = { name: "ann", groups: ["devs", "system:authenticated"] };

let api: Harness;
beforeEach(async () => {
  api = await startHarness();
  const manage = ["create", "update", "patch"];
  await api.create(`${HERE}/roles`, {
    metadata: { name: "manager" },
    rules: [
      { apiGroups: ["rbac.authorization.k8s.io"], resources: ["roles", "rolebindings"], verbs: manage },
      { apiGroups: [""], resources: ["pods", "pods/log"], verbs: ["get", "list"] },
      { apiGroups: ["apps"], resources: ["*"], verbs: ["*"] },
      { apiGroups: [""], resources: ["secrets"], resourceNames: ["mine"], verbs: ["get"] },
    ],
  });
  const subjects = [{ kind: "User", name: "ann" }];
  await api.create(`${HERE}/rolebindings`, {
    metadata: { name: "m" },
    roleRef: { kind: "Role", name: "manager" },
    subjects,
  });
  await api.create(`${RBAC}/clusterroles`, {
    metadata: { name: "reader" },
    rules: [{ apiGroups: [""], resources: ["pods", "secrets"], verbs: ["get", "watch"] }],
  });
});

/** What ann is told; "" when it is done. */
async function asAnn(path: string, body: object): Promise<string> {
  try {
    await api.server.transportFor(ANN).request({ method: "POST", path, body });
    return "";
  } catch (error) {
    if (error instanceof StatusError) return error.status.message ?? "";
    throw error;
  }
}
const role = (rules: object[]) => ({ metadata: { name: "new" }, rules });
const binding = (kind: string, name: string) => ({
  metadata: { name: "new" },
  roleRef: { kind, name },
  subjects: [{ kind: "User", name: "bob" }],
});
const HEAD = "is attempting to grant RBAC permissions not currently held:";

it("lets nobody give away what they do not have", async () => {
  const who = 'user "ann" (groups=["devs" "system:authenticated"])';
  const rules = [
    { apiGroups: [""], resources: ["pods", "secrets"], verbs: ["get", "delete", "list"] },
    { apiGroups: ["apps"], resources: ["deployments"], verbs: ["delete"] },
    { apiGroups: [""], resources: ["secrets"], resourceNames: ["mine", "yours"], verbs: ["get"] },
  ];
  expect(await asAnn(`${HERE}/roles`, role(rules))).toBe(
    [
      `roles.rbac.authorization.k8s.io "new" is forbidden: ${who} ${HEAD}`,
      '{APIGroups:[""], Resources:["pods"], Verbs:["delete"]}',
      '{APIGroups:[""], Resources:["secrets"], ResourceNames:["mine" "yours"], Verbs:["get"]}',
      '{APIGroups:[""], Resources:["secrets"], Verbs:["get" "delete" "list"]}',
    ].join("\n"),
  );
  expect(await asAnn(`${HERE}/rolebindings`, binding("ClusterRole", "reader"))).toBe(
    [
      `rolebindings.rbac.authorization.k8s.io "new" is forbidden: ${who} ${HEAD}`,
      '{APIGroups:[""], Resources:["pods"], Verbs:["watch"]}',
      '{APIGroups:[""], Resources:["secrets"], Verbs:["get" "watch"]}',
    ].join("\n"),
  );
  expect(await asAnn(`${HERE}/rolebindings`, binding("Role", "none"))).toBe(
    'roles.rbac.authorization.k8s.io "none" not found',
  );
});

it("lets them give what they have, and what they may bind or escalate", async () => {
  const rules = [
    { apiGroups: [""], resources: ["pods/log"], verbs: ["get"] },
    { apiGroups: [""], resources: ["secrets"], resourceNames: ["mine"], verbs: ["get"] },
    { apiGroups: ["apps"], resources: ["deployments/scale"], verbs: ["update"] },
  ];
  expect(await asAnn(`${HERE}/roles`, role(rules))).toBe("");
  expect(await asAnn(`${HERE}/rolebindings`, binding("Role", "new"))).toBe("");
  const may = {
    apiGroups: ["rbac.authorization.k8s.io"],
    resources: ["clusterroles"],
    resourceNames: ["reader"],
    verbs: ["bind"],
  };
  const escalate = { apiGroups: ["rbac.authorization.k8s.io"], resources: ["roles"], verbs: ["escalate"] };
  await api.create(`${HERE}/roles`, { metadata: { name: "more" }, rules: [may, escalate] });
  const subjects = [{ kind: "Group", name: "devs" }];
  await api.create(`${HERE}/rolebindings`, {
    metadata: { name: "more" },
    roleRef: { kind: "Role", name: "more" },
    subjects,
  });
  expect(
    await asAnn(`${HERE}/rolebindings`, { ...binding("ClusterRole", "reader"), metadata: { name: "b" } }),
  ).toBe("");
  const everything = [{ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }];
  expect(await asAnn(`${HERE}/roles`, { metadata: { name: "all" }, rules: everything })).toBe("");
});
