import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Harness, startHarness } from "../testing/harness.ts";

const CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const GADGETS = "/apis/example.com/v1/namespaces/default/gadgets";

const schema = {
  type: "object",
  properties: {
    spec: {
      type: "object",
      required: ["hosts"],
      oneOf: [{ required: ["a"] }, { required: ["b"] }],
      properties: {
        hosts: { type: "array", minItems: 1, items: { type: "string", pattern: "^[a-z]+$" } },
        a: { type: "string" },
        b: { type: "string" },
        mode: { type: "string", enum: ["X", "Y"], default: "X" },
        replicas: { type: "integer", minimum: 1, maximum: 5 },
      },
    },
    status: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
  },
};

const definition = {
  metadata: { name: "gadgets.example.com" },
  spec: {
    group: "example.com",
    scope: "Namespaced",
    names: { plural: "gadgets", kind: "Gadget", shortNames: ["gd"] },
    versions: [
      {
        name: "v1",
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: { openAPIV3Schema: schema },
      },
      {
        name: "v1beta1",
        served: true,
        storage: false,
        schema: { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
      },
    ],
  },
};
const gadget = (spec: object) => ({ metadata: { name: "g" }, spec });

describe("custom resources", () => {
  let api: Harness;
  beforeEach(async () => {
    api = await startHarness();
    await api.create(CRDS, definition);
  });
  afterEach(() => api.server.dispose());

  it("[CR1] is served as soon as its definition is written, which says so", async () => {
    expect((await api.get(`${CRDS}/gadgets.example.com`)).status).toMatchObject({
      conditions: [
        { type: "NamesAccepted", status: "True" },
        { type: "Established", status: "True" },
      ],
      acceptedNames: { plural: "gadgets", kind: "Gadget", listKind: "GadgetList", singular: "gadget" },
      storedVersions: ["v1"],
    });
    const list = await api.get("/apis/example.com/v1");
    expect(list.resources).toMatchObject([
      { name: "gadgets", shortNames: ["gd"] },
      { name: "gadgets/status" },
    ]);
  });

  it("[CR2] fills defaults, and shows the same object in every version", async () => {
    await api.create(GADGETS, { ...gadget({ hosts: ["a"], a: "x" }), status: { ignored: true } });
    const made = await api.get(GADGETS.replace("/v1/", "/v1beta1/").concat("/g"));
    expect(made).toMatchObject({
      apiVersion: "example.com/v1beta1",
      spec: { hosts: ["a"], a: "x", mode: "X" },
    });
    expect(made.metadata.generation).toBe(1);
    expect(made).not.toHaveProperty("status");
  });

  it("[CR3] says everything that the schema has against an object", async () => {
    const bad = gadget({ hosts: ["A"], a: "x", b: "y", mode: "Z", replicas: 9 });
    const { status } = await api.refusal({ method: "POST", path: GADGETS, body: bad });
    expect(status.code).toBe(422);
    expect(status.details?.causes?.map(({ field, message }) => `${field}: ${message}`)).toEqual([
      `spec.hosts[0]: Invalid value: "A": spec.hosts[0] in body should match '^[a-z]+$'`,
      'spec.mode: Unsupported value: "Z": supported values: "X", "Y"',
      "spec.replicas: Invalid value: 9: spec.replicas in body should be less than or equal to 5",
      '<nil>: Invalid value: "": "spec" must validate one and only one schema (oneOf). Found 2 valid alternatives',
    ]);
    const wrong = await api.refusal({ method: "POST", path: GADGETS, body: gadget({ hosts: "a", a: "x" }) });
    expect(wrong.message).toBe(
      'Gadget.example.com "g" is invalid: spec.hosts: Invalid value: "string": spec.hosts in body must be of type array: "string"',
    );
  });

  it("[CR4] goes with its definition, objects and all", async () => {
    await api.create(GADGETS, gadget({ hosts: ["a"], a: "x" }));
    await api.request({ method: "DELETE", path: `${CRDS}/gadgets.example.com` });
    expect((await api.refusal({ method: "GET", path: GADGETS })).message).toBe(
      "the server could not find the requested resource",
    );
    await api.create(CRDS, definition);
    expect(await api.request({ method: "GET", path: GADGETS })).toMatchObject({ items: [] });
  });

  it("[CR9] must say which version it replaces", async () => {
    const made = await api.create(GADGETS, gadget({ hosts: ["x"], a: "1" }));
    const body = { metadata: { name: "g" }, spec: { hosts: ["y"], a: "1" } };
    const put = { method: "PUT" as const, path: `${GADGETS}/g`, body };
    const refusal = await api.refusal(put);
    expect(`${refusal.code} ${refusal.message}`).toBe(
      '422 gadgets.example.com "g" is invalid: metadata.resourceVersion: Invalid value: 0x0: must be specified for an update',
    );
    const { resourceVersion } = made.metadata;
    await api.request({ ...put, body: { ...body, metadata: { name: "g", resourceVersion } } });
    expect((await api.get(`${GADGETS}/g`)).spec).toMatchObject({ hosts: ["y"] });
  });

  it("[CR10] is not converted by a webhook, and says so", async () => {
    const conversion = { strategy: "Webhook", webhook: { conversionReviewVersions: ["v1"] } };
    const metadata = { name: "others.example.com" };
    const spec = { ...definition.spec, names: { plural: "others", kind: "Other" }, conversion };
    const refusal = await api.refusal({ method: "POST", path: CRDS, body: { metadata, spec } });
    expect(`${refusal.code} ${refusal.message}`).toBe(
      '422 CustomResourceDefinition.apiextensions.k8s.io "others.example.com" is invalid: spec.conversion.strategy: Unsupported value: "Webhook": supported values: "None" (conversion by webhook is not supported by the practice cluster)',
    );
  });
});
