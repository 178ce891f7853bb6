import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { StatusError } from "../../apimachinery/index.ts";
import type { UserInfo } from "../filters/user.ts";
import type { ApiRequest } from "../in-process.ts";
import { type Harness, pod, startHarness } from "../testing/harness.ts";
import { type Attributes, attributesOf } from "./attributes.ts";
import { impersonated } from "./impersonation.ts";
import { ensureBootstrapPolicy } from "./seed.ts";

const RBAC = "/apis/rbac.authorization.k8s.io/v1";
const PODS = "/api/v1/namespaces/default/pods";
let api: Harness;
const ada: UserInfo = { name: "ada", groups: ["system:authenticated"] };
const robot: UserInfo = {
  name: "system:serviceaccount:default:robot",
  groups: ["system:serviceaccounts", "system:serviceaccounts:default", "system:authenticated"],
};

beforeAll(async () => {
  api = await startHarness();
  await ensureBootstrapPolicy(api);
  await api.create(PODS, pod("one"));
  const subject = (name: string) => ({ kind: "User", name });
  const role = (name: string, rules: object[]) =>
    api.create(`${RBAC}/namespaces/default/roles`, { metadata: { name }, rules });
  const bind = (name: string, kind: string, subjects: object[]) =>
    api.create(`${RBAC}/namespaces/default/rolebindings`, {
      ...{ metadata: { name }, roleRef: { kind, name }, subjects },
    });
  await role("reader", [{ verbs: ["get", "list"], apiGroups: [""], resources: ["pods"] }]);
  await bind("reader", "Role", [subject("ada"), { kind: "ServiceAccount", name: "robot" }]);
  await role("one-map", [
    { verbs: ["get", "update"], apiGroups: [""], resources: ["configmaps"], resourceNames: ["settings"] },
  ]);
  await bind("one-map", "Role", [subject("ada")]);
  await bind("gone", "ClusterRole", [subject("bob")]);
});
afterAll(() => api.server.dispose());

const as = (user: UserInfo, request: ApiRequest) => api.server.transportFor(user).request(request);
async function told(user: UserInfo, request: ApiRequest): Promise<string> {
  try {
    await as(user, request);
    return "allowed";
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    return error.status.message ?? "";
  }
}
const get = (path: string): ApiRequest => ({ method: "GET", path });

describe("role based access control", () => {
  it.each<[string, UserInfo, ApiRequest, string]>([
    ["a user by a role", ada, get(PODS), "allowed"],
    ["a service account by a role", robot, get(`${PODS}/one`), "allowed"],
    [
      "a verb that no rule has",
      ada,
      { method: "DELETE", path: `${PODS}/one` },
      'pods "one" is forbidden: User "ada" cannot delete resource "pods" in API group "" in the namespace "default"',
    ],
    [
      "another namespace",
      robot,
      get("/api/v1/namespaces/kube-system/pods"),
      'pods is forbidden: User "system:serviceaccount:default:robot" cannot list resource "pods" in API group "" in the namespace "kube-system"',
    ],
    [
      "the whole cluster",
      ada,
      get("/api/v1/pods"),
      'pods is forbidden: User "ada" cannot list resource "pods" in API group "" at the cluster scope',
    ],
    [
      "a group's kind, by its full name",
      ada,
      { method: "POST", path: "/apis/apps/v1/namespaces/default/deployments", body: {} },
      'deployments.apps is forbidden: User "ada" cannot create resource "deployments" in API group "apps" in the namespace "default"',
    ],
    [
      "a subresource",
      ada,
      get(`${PODS}/one/status`),
      'pods "one" is forbidden: User "ada" cannot get resource "pods/status" in API group "" in the namespace "default"',
    ],
    [
      "a name that the rule does not have",
      ada,
      get("/api/v1/namespaces/default/configmaps/other"),
      'configmaps "other" is forbidden: User "ada" cannot get resource "configmaps" in API group "" in the namespace "default"',
    ],
    [
      "a binding to a role that is not there",
      { name: "bob" },
      get(PODS),
      'pods is forbidden: User "bob" cannot list resource "pods" in API group "" in the namespace "default": RBAC: clusterrole.rbac.authorization.k8s.io "gone" not found',
    ],
  ])("%s", async (...[, user, request, answer]) => {
    expect(await told(user, request)).toBe(answer);
  });

  it("a rule with names allows those", async () => {
    await api.create("/api/v1/namespaces/default/configmaps", { metadata: { name: "settings" } });
    expect(await told(ada, get("/api/v1/namespaces/default/configmaps/settings"))).toBe("allowed");
  });

  it.each([
    ["GET", "/api/v1/namespaces/a/pods", "list", ""],
    ["GET", "/api/v1/namespaces/a/pods/p", "get", "p"],
    ["DELETE", "/api/v1/namespaces/a/pods", "deletecollection", ""],
    ["DELETE", "/api/v1/namespaces/a/pods/p", "delete", "p"],
    ["GET", "/api/v1/namespaces/a/pods/p/exec", "create", "p"],
    ["PUT", "/api/v1/namespaces/a", "update", "a"],
  ])("%s %s is %s", (...[method = "", path = "", verb, name]) => {
    const asked = attributesOf({ user: ada, method, path, watch: false, fieldSelector: "" });
    expect(asked).toMatchObject({ verb, name, namespace: "a" });
  });

  it("a watch of one object by its name is a watch of that name", () => {
    const line = { user: ada, method: "GET", path: PODS, watch: true, fieldSelector: "metadata.name=one" };
    expect(attributesOf(line)).toMatchObject({ verb: "watch", name: "one" });
  });
});

describe("reviews", () => {
  const review = async (user: UserInfo, kind: string, spec: object) => {
    const path = `/apis/authorization.k8s.io/v1/${kind.toLowerCase()}s`;
    const answer = await as(user, { method: "POST", path, body: { kind, spec } });
    return "status" in answer ? answer.status : undefined;
  };
  const pods = (verb: string) => ({ resourceAttributes: { verb, resource: "pods", namespace: "default" } });

  it("of oneself and of others say which binding allows it", async () => {
    expect(await review(ada, "SelfSubjectAccessReview", pods("list"))).toEqual({
      allowed: true,
      reason: 'RBAC: allowed by RoleBinding "reader/default" of Role "reader" to User "ada"',
    });
    expect(await review(ada, "SelfSubjectAccessReview", pods("delete"))).toEqual({ allowed: false });
    const about = { user: robot.name, groups: robot.groups };
    const master = { name: "m", groups: ["system:masters"] };
    expect(await review(master, "SubjectAccessReview", { ...pods("get"), ...about })).toEqual({
      allowed: true,
      reason:
        'RBAC: allowed by RoleBinding "reader/default" of Role "reader" to ServiceAccount "robot/default"',
    });
    expect(
      await told(ada, { method: "POST", path: "/apis/authorization.k8s.io/v1/subjectaccessreviews" }),
    ).toBe(
      'subjectaccessreviews.authorization.k8s.io is forbidden: User "ada" cannot create resource "subjectaccessreviews" in API group "authorization.k8s.io" at the cluster scope',
    );
  });

  it("of rules list what one may do", async () => {
    const status = await review(ada, "SelfSubjectRulesReview", { namespace: "default" });
    expect(status).toMatchObject({
      resourceRules: expect.arrayContaining([
        { verbs: ["get", "list"], apiGroups: [""], resources: ["pods"] },
      ]),
      nonResourceRules: expect.arrayContaining([expect.objectContaining({ verbs: ["get"] })]),
      incomplete: false,
    });
  });
});

describe("impersonation", () => {
  const speak = (headers: Record<string, string>) => {
    const asked: Attributes[] = [];
    const user = impersonated(headers, ada, (attributes) => asked.push(attributes));
    const rights = asked.map((one) =>
      one.kind === "resource" ? `${one.namespace}/${one.resource}/${one.name}` : "",
    );
    return { user, rights };
  };

  it.each([
    [{ "impersonate-user": "eve" }, { name: "eve", groups: ["system:authenticated"] }, ["/users/eve"]],
    [
      { "impersonate-user": "eve", "impersonate-group": "a, b" },
      { name: "eve", groups: ["a", "b", "system:authenticated"] },
      ["/users/eve", "/groups/a", "/groups/b"],
    ],
    [
      { "impersonate-user": "system:serviceaccount:ns:sa" },
      {
        name: "system:serviceaccount:ns:sa",
        groups: ["system:serviceaccounts", "system:serviceaccounts:ns", "system:authenticated"],
      },
      ["ns/serviceaccounts/sa"],
    ],
    [{}, ada, []],
  ])("%j", (headers, user, rights) => {
    expect(speak(headers)).toEqual({ user, rights });
  });

  it("of groups alone is refused", () => {
    expect(() => speak({ "impersonate-group": "a" })).toThrow(
      "requested impersonation without impersonating a user",
    );
  });
});
