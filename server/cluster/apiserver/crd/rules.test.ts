import { beforeEach, describe, expect, it } from "vitest";
import { type Harness, startHarness } from "../testing/harness.ts";

const CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const CRONTABS = "/apis/example.com/v1/namespaces/default/crontabs";
const MERGE = "application/merge-patch+json";

const spec = {
  type: "object",
  "x-kubernetes-validations": [
    { rule: "self.minReplicas <= self.replicas", message: "replicas must be at least minReplicas" },
    {
      rule: "self.replicas <= self.maxReplicas",
      messageExpression: "'at most %d'.format([self.maxReplicas])",
    },
    {
      rule: "!has(self.schedule) || self.schedule != 'never'",
      fieldPath: ".schedule",
      reason: "FieldValueForbidden",
    },
  ],
  properties: {
    replicas: { type: "integer" },
    minReplicas: { type: "integer", default: 0 },
    maxReplicas: { type: "integer", default: 10 },
    schedule: { type: "string" },
    name: {
      type: "string",
      "x-kubernetes-validations": [{ rule: "self == oldSelf", message: "name is immutable" }],
    },
    size: {
      type: "string",
      "x-kubernetes-validations": [{ rule: "quantity(self).isLessThan(quantity('1Gi'))" }],
    },
    ports: {
      type: "array",
      "x-kubernetes-list-type": "map",
      "x-kubernetes-list-map-keys": ["port"],
      items: {
        type: "object",
        required: ["port"],
        "x-kubernetes-validations": [
          { rule: "self.weight >= oldSelf.weight", message: "weight may not shrink" },
        ],
        properties: {
          port: { type: "integer" },
          weight: { type: "integer", "x-kubernetes-validations": [{ rule: "self < 100" }] },
        },
      },
    },
    once: {
      type: "string",
      "x-kubernetes-validations": [
        { rule: "oldSelf.hasValue() || self == 'new'", optionalOldSelf: true, message: "starts as new" },
      ],
    },
    labels: {
      type: "object",
      additionalProperties: { type: "string", "x-kubernetes-validations": [{ rule: "self != ''" }] },
    },
  },
};

const definition = (schema: object, name = "crontab") => ({
  metadata: { name: `${name}s.example.com` },
  spec: {
    group: "example.com",
    scope: "Namespaced",
    names: { plural: `${name}s`, kind: "CronTab" },
    versions: [
      {
        name: "v1",
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: { openAPIV3Schema: { type: "object", ...schema } },
      },
    ],
  },
});

let api: Harness;
beforeEach(async () => {
  api = await startHarness();
});
const refusal = async (path: string, body: object) =>
  (await api.refusal({ method: "POST", path, body })).status.message;

describe("rules of custom resources", () => {
  beforeEach(async () => {
    const root = [
      { rule: "self.metadata.name.startsWith('c') && self.kind == 'CronTab'", message: "named c…" },
    ];
    const status = {
      type: "object",
      properties: { ready: { type: "integer", "x-kubernetes-validations": [{ rule: "self >= 0" }] } },
    };
    await api.create(CRDS, definition({ "x-kubernetes-validations": root, properties: { spec, status } }));
  });
  const cron = (given: object, name = "c") => ({ metadata: { name }, spec: { replicas: 1, ...given } });

  it("refuses what breaks them, in upstream's words", async () => {
    const head = 'CronTab.example.com "c" is invalid: ';
    expect([
      await refusal(CRONTABS, cron({ minReplicas: 5 })),
      await refusal(CRONTABS, cron({ replicas: 11 })),
      await refusal(CRONTABS, cron({ schedule: "never" })),
      await refusal(CRONTABS, cron({ size: "2Gi", labels: { a: "" } })),
      await refusal(CRONTABS, cron({ size: "huge" })),
      await refusal(CRONTABS, cron({ once: "old", ports: [{ port: 1, weight: 100 }] })),
      await refusal(CRONTABS, cron({ size: 7 })),
      await refusal(CRONTABS, cron({}, "d")),
    ]).toEqual([
      `${head}spec: Invalid value: replicas must be at least minReplicas`,
      `${head}spec: Invalid value: at most 10`,
      `${head}spec.schedule: Forbidden: failed rule: !has(self.schedule) || self.schedule != 'never'`,
      `${head}[spec.size: Invalid value: "2Gi": failed rule: quantity(self).isLessThan(quantity('1Gi')), spec.labels[a]: Invalid value: "": failed rule: self != '']`,
      `${head}spec.size: Invalid value: "string": quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$' evaluating rule: quantity(self).isLessThan(quantity('1Gi'))`,
      `${head}[spec.once: Invalid value: "old": starts as new, spec.ports[0].weight: Invalid value: 100: failed rule: self < 100]`,
      `${head}[spec.size: Invalid value: "integer": spec.size in body must be of type string: "integer", <nil>: Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation]`,
      'CronTab.example.com "d" is invalid: <nil>: Invalid value: named c…',
    ]);
  });

  it("compares with what was there: transitions, items by their keys, and nothing that did not change", async () => {
    await api.create(
      CRONTABS,
      cron({
        name: "a",
        once: "new",
        ports: [
          { port: 1, weight: 5 },
          { port: 2, weight: 9 },
        ],
      }),
    );
    const change = async (body: object, subresource = "") => {
      const request = {
        method: "PATCH",
        path: `${CRONTABS}/c${subresource}`,
        contentType: MERGE,
        body,
      } as const;
      return (await api.refusal(request)).status.message;
    };
    const head = 'CronTab.example.com "c" is invalid: ';
    expect(await change({ spec: { name: "b" } })).toBe(
      `${head}spec.name: Invalid value: "b": name is immutable`,
    );
    expect(
      await change({
        spec: {
          ports: [
            { port: 2, weight: 8 },
            { port: 3, weight: 1 },
          ],
        },
      }),
    ).toBe(`${head}spec.ports[0]: Invalid value: weight may not shrink`);
    expect(await change({ status: { ready: -1 } }, "/status")).toBe(
      `${head}status.ready: Invalid value: -1: failed rule: self >= 0`,
    );
    // A rule that comes later does not keep an old object from being changed elsewhere.
    const stricter = { ...spec.properties.name, "x-kubernetes-validations": [{ rule: "self == 'z'" }] };
    const properties = { spec: { ...spec, properties: { ...spec.properties, name: stricter } } };
    await api.request({
      method: "PATCH",
      path: `${CRDS}/crontabs.example.com`,
      contentType: MERGE,
      body: { spec: definition({ properties }).spec },
    });
    await api.request({
      method: "PATCH",
      path: `${CRONTABS}/c`,
      contentType: MERGE,
      body: { spec: { replicas: 2 } },
    });
    expect(await change({ spec: { name: "y" } })).toBe(
      `${head}spec.name: Invalid value: "y": failed rule: self == 'z'`,
    );
  });
});

it("refuses definitions whose rules cannot be right", async () => {
  const withRule = (rule: object, schema: object = {}) =>
    definition({
      properties: {
        spec: {
          type: "object",
          properties: { a: { type: "string" } },
          "x-kubernetes-validations": [rule],
          ...schema,
        },
      },
    });
  const head =
    'CustomResourceDefinition.apiextensions.k8s.io "crontabs.example.com" is invalid: spec.validation.openAPIV3Schema.properties[spec].x-kubernetes-validations[0]';
  expect([
    await refusal(CRDS, withRule({ rule: "self.b == 'x'", message: "b is x" })),
    await refusal(CRDS, withRule({ rule: " " })),
    await refusal(CRDS, withRule({ rule: "true", reason: "Nonsense" })),
    await refusal(CRDS, withRule({ rule: "true", optionalOldSelf: true })),
  ]).toEqual([
    `${head}.rule: Invalid value: apiextensions.ValidationRule{Rule:"self.b == 'x'", Message:"b is x", MessageExpression:"", Reason:(*apiextensions.FieldValueErrorReason)(nil), FieldPath:"", OptionalOldSelf:(*bool)(nil)}: compilation failed: ERROR: <input>:1:5: undefined field 'b'\n | self.b == 'x'\n | ....^`,
    `${head}.rule: Required value: rule is not specified`,
    `${head}.reason: Unsupported value: "Nonsense": supported values: "FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired"`,
    `${head}.optionalOldSelf: Invalid value: true: may not be set if oldSelf is not used in rule`,
  ]);
  const items = { type: "object", "x-kubernetes-validations": [{ rule: "self == oldSelf" }] };
  const list = { spec: { type: "object", properties: { list: { type: "array", items } } } };
  expect(await refusal(CRDS, definition({ properties: list }))).toMatch(
    /list\]\.items\.x-kubernetes-validations\[0\]\.rule: Invalid value: "self == oldSelf": oldSelf cannot be used on the uncorrelatable portion of the schema within spec\.validation/,
  );
  // Optional values and macros over two variables are run as any other rule.
  await api.create(
    CRDS,
    withRule({ rule: "self.?a.orValue('') != 'y' && self.a.split(',').all(i, v, i < 2)" }),
  );
  await api.create(CRONTABS, { metadata: { name: "c" }, spec: { a: "x,y" } });
  expect(await refusal(CRONTABS, { metadata: { name: "d" }, spec: { a: "y" } })).toBe(
    `CronTab.example.com "d" is invalid: spec: Invalid value: failed rule: self.?a.orValue('') != 'y' && self.a.split(',').all(i, v, i < 2)`,
  );
});
