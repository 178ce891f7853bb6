import { beforeEach, expect, it } from "vitest";
import { type Harness, startHarness } from "../testing/harness.ts";

const API = "/apis/admissionregistration.k8s.io/v1";
const DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments";
const MAPS = "/api/v1/namespaces/default/configmaps";

let api: Harness;
beforeEach(async () => {
  api = await startHarness();
});

const rule = (resources: string, group = "", operations = ["CREATE", "UPDATE"]) => ({
  ...{ apiGroups: [group], apiVersions: ["v1"], operations, resources: [resources] },
});
const policy = (name: string, spec: object) =>
  api.create(`${API}/validatingadmissionpolicies`, {
    metadata: { name },
    spec: { matchConstraints: { resourceRules: [rule("configmaps")] }, ...spec },
  });
const bind = (policyName: string, spec: object = {}) =>
  api.create(`${API}/validatingadmissionpolicybindings`, {
    metadata: { name: `${policyName}-binding` },
    spec: { policyName, validationActions: ["Deny"], ...spec },
  });
const deployment = (name: string, replicas: number) => ({
  metadata: { name, labels: { app: name } },
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name: "c", image: "nginx:1.27" }] },
    },
  },
});
const refusal = async (body: object, path = MAPS) =>
  (await api.refusal({ method: "POST", path, body })).status;
const map = (name: string, data: object = {}) => ({ metadata: { name }, data });

it("denies in upstream's words what a bound policy does not allow", async () => {
  await policy("limit", {
    matchConstraints: { resourceRules: [rule("deployments", "apps")] },
    validations: [{ expression: "object.spec.replicas <= 5" }],
  });
  await api.create(DEPLOYMENTS, deployment("unbound", 9));
  await bind("limit");
  const why =
    "ValidatingAdmissionPolicy 'limit' with binding 'limit-binding' denied request: failed expression: object.spec.replicas <= 5";
  expect(await refusal(deployment("web", 6), DEPLOYMENTS)).toEqual({
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message: `deployments.apps "web" is forbidden: ${why}`,
    reason: "Invalid",
    details: { name: "web", group: "apps", kind: "deployments", causes: [{ message: why }] },
    code: 422,
  });
  await api.create(DEPLOYMENTS, deployment("web", 5));
});

it("knows parameters, variables, the request, its namespace and what its sender may do", async () => {
  await api.create("/api/v1/namespaces", { metadata: { name: "prod", labels: { env: "prod" } } });
  await api.create("/api/v1/namespaces/prod/configmaps", map("limits", { most: "2" }));
  await policy("many", {
    paramKind: { apiVersion: "v1", kind: "ConfigMap" },
    matchConditions: [{ name: "not-the-limits", expression: "object.metadata.name != 'limits'" }],
    variables: [
      { name: "count", expression: "size(object.data)" },
      { name: "most", expression: "int(params.data.most)" },
      { name: "broken", expression: "object.data.nothing == 'x'" },
    ],
    validations: [
      {
        expression: "variables.count <= variables.most",
        messageExpression:
          "'%d keys in %s; %s allows %d'.format([variables.count, namespaceObject.metadata.labels.env, params.metadata.name, variables.most])",
      },
      { expression: "request.userInfo.username != 'eve'", message: "not eve", reason: "Forbidden" },
      { expression: "authorizer.group('').resource('pods').namespace('prod').check('create').allowed()" },
      { expression: "authorizer.requestResource.check('delete').reason() == ''" },
    ],
  });
  await bind("many", {
    paramRef: { name: "limits", namespace: "prod", parameterNotFoundAction: "Deny" },
    matchResources: { namespaceSelector: { matchLabels: { env: "prod" } } },
  });
  const prod = "/api/v1/namespaces/prod/configmaps";
  const many = map("m", { a: "1", b: "2", c: "3" });
  await api.create(MAPS, many);
  const by = "ValidatingAdmissionPolicy 'many' with binding 'many-binding' denied request:";
  expect((await refusal(many, prod)).message).toBe(
    `configmaps "m" is forbidden: ${by} 3 keys in prod; limits allows 2`,
  );
  await api.create(prod, map("few", { a: "1" }));
  const rules = [{ apiGroups: [""], resources: ["configmaps"], verbs: ["create"] }];
  await api.create("/apis/rbac.authorization.k8s.io/v1/clusterroles", { metadata: { name: "r" }, rules });
  await api.create("/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", {
    metadata: { name: "r" },
    roleRef: { kind: "ClusterRole", name: "r" },
    subjects: [{ kind: "Group", name: "all" }],
  });
  const told = async (name: string) => {
    const as = api.server.transportFor({ name, groups: ["all"] });
    const error: unknown = await as
      .request({ method: "POST", path: prod, body: map("x", { a: "1" }) })
      .catch((reason) => reason);
    return error instanceof Error ? error.message : "";
  };
  expect([await told("eve"), await told("bob")]).toEqual([
    `configmaps "x" is forbidden: ${by} not eve`,
    `configmaps "x" is forbidden: ${by} failed expression: authorizer.group('').resource('pods').namespace('prod').check('create').allowed()`,
  ]);
  await api.request({ method: "DELETE", path: `${prod}/limits` });
  expect((await refusal(map("y"), prod)).message).toBe(
    `configmaps "y" is forbidden: ${by} failed to configure binding: no params found for policy binding with \`Deny\` parameterNotFoundAction`,
  );
});

it("fails closed, or open when it is told so, and warns when it may not deny", async () => {
  const validations = [{ expression: "object.data.b == 'x'" }];
  await policy("strict", { validations });
  await bind("strict");
  expect((await refusal(map("m", { a: "1" }))).message).toBe(
    `configmaps "m" is forbidden: ValidatingAdmissionPolicy 'strict' with binding 'strict-binding' denied request: expression 'object.data.b == 'x'' resulted in error: no such key: b`,
  );
  await api.request({
    method: "PATCH",
    path: `${API}/validatingadmissionpolicies/strict`,
    contentType: "application/merge-patch+json",
    body: { spec: { failurePolicy: "Ignore" } },
  });
  await api.create(MAPS, map("m", { a: "1" }));
  await policy("soft", {
    validations: [{ expression: "has(object.data) && 'owner' in object.data", message: "no owner" }],
  });
  await bind("soft", { validationActions: ["Warn", "Audit"] });
  await api.create(MAPS, map("warned"));
});

it("works out audit annotations, though nobody keeps them: one that fails refuses", async () => {
  const annotated = async (name: string, valueExpression: string, more: object = {}) => {
    await policy(name, { auditAnnotations: [{ key: "k", valueExpression }], ...more });
    await bind(name, { validationActions: ["Audit"] });
  };
  await annotated("named", "object.metadata.name + '!'");
  await annotated("ignored", "object.metadata.nothing", { failurePolicy: "Ignore" });
  await api.create(MAPS, map("fine"));
  await annotated("counted", "1");
  expect((await refusal(map("odd"))).message).toBe(
    `configmaps "odd" is forbidden: ValidatingAdmissionPolicy 'counted' with binding 'counted-binding' denied request: valueExpression '1' resulted in unsupported return type: int. Return type must be either string or null.`,
  );
});

it("refuses policies and bindings that cannot be", async () => {
  const told = async (kind: string, spec: object) =>
    (await refusal({ metadata: { name: "p" }, spec }, `${API}/${kind}`)).message;
  const constraints = { matchConstraints: { resourceRules: [rule("pods")] } };
  const head = 'ValidatingAdmissionPolicy.admissionregistration.k8s.io "p" is invalid: ';
  expect([
    await told("validatingadmissionpolicies", {}),
    await told("validatingadmissionpolicies", {
      ...constraints,
      validations: [{ expression: "objet.spec" }],
    }),
    await told("validatingadmissionpolicies", {
      ...constraints,
      validations: [{ expression: "params.x == 1" }],
    }),
    await told("validatingadmissionpolicybindings", { policyName: "x", validationActions: ["Deny", "Warn"] }),
  ]).toEqual([
    `${head}[spec.matchConstraints: Required value, spec.validations: Required value: validations or auditAnnotations must be non-empty; set either or both]`,
    `${head}spec.validations[0].expression: Invalid value: "objet.spec": compilation failed: ERROR: <input>:1:1: undeclared reference to 'objet' (in container '')\n | objet.spec\n | ^`,
    `${head}spec.validations[0].expression: Invalid value: "params.x == 1": compilation failed: ERROR: <input>:1:1: undeclared reference to 'params' (in container '')\n | params.x == 1\n | ^`,
    'ValidatingAdmissionPolicyBinding.admissionregistration.k8s.io "p" is invalid: spec.validationActions: Invalid value: ["Deny","Warn"]: must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)',
  ]);
});
