import { expect, it } from "vitest";
import { MemoryCluster } from "../../platform/kube/index.ts";
import { compactSchema } from "./compact.ts";
import { readSchema, schemaKinds } from "./schemas.ts";

const meta = { description: "m".repeat(900), allOf: [{ $ref: "#/components/schemas/Meta" }], default: {} };
const document = {
  components: {
    schemas: {
      Meta: {
        type: "object",
        properties: { name: { type: "string" }, owner: { $ref: "#/components/schemas/Meta" } },
      },
      Web: {
        "x-kubernetes-group-version-kind": [{ group: "shop.io", version: "v1", kind: "Web" }],
        type: "object",
        required: ["spec"],
        properties: {
          metadata: meta,
          spec: {
            type: "object",
            properties: {
              mode: { type: "string", enum: ["A", "B"] },
              port: { "x-kubernetes-int-or-string": true, anyOf: [{ type: "integer" }, { type: "string" }] },
              labels: { type: "object", additionalProperties: { type: "string" } },
              any: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
              hosts: { type: "array", items: { type: "string" } },
            },
          },
        },
      },
      Unused: { type: "object" },
    },
  },
};
const compacted = {
  root: {
    type: "object",
    required: ["spec"],
    properties: {
      metadata: { description: "m".repeat(400), ref: "Meta" },
      spec: {
        type: "object",
        properties: {
          mode: { type: "string", enum: ["A", "B"] },
          port: { open: true },
          labels: { type: "object", values: { type: "string" } },
          any: { type: "object", open: true },
          hosts: { type: "array", items: { type: "string" } },
        },
      },
    },
  },
  definitions: { Meta: { type: "object", properties: { name: { type: "string" }, owner: { ref: "Meta" } } } },
};
const group = (name: string, kinds: string[]) => ({
  items: [
    {
      metadata: { name },
      versions: [{ version: "v1", resources: kinds.map((kind) => ({ responseKind: { kind } })) }],
    },
  ],
});
const cluster = new MemoryCluster({
  documents: {
    "/api": group("", ["Pod"]),
    "/apis": group("shop.io", ["Web"]),
    "/openapi/v3/apis/shop.io/v1": document,
  },
});

it("keeps of a schema what a page needs, and of the definitions those that are used", async () => {
  expect(compactSchema(document, { group: "shop.io", version: "v1", kind: "Web" })).toEqual(compacted);
  const { schema } = await readSchema(cluster, { apiVersion: "shop.io/v1", kind: "Web" });
  expect(JSON.parse(schema)).toEqual(compacted);
});

it("says what it does not know", async () => {
  await expect(readSchema(cluster, { apiVersion: "shop.io/v1", kind: "Other" })).rejects.toThrow(
    "The cluster says nothing of a kind Other in shop.io/v1.",
  );
  await expect(readSchema(cluster, { apiVersion: "v1", kind: "Pod" })).rejects.toThrow("could not find");
  expect(await schemaKinds(cluster)).toEqual({
    kinds: [
      { apiVersion: "v1", kind: "Pod" },
      { apiVersion: "shop.io/v1", kind: "Web" },
    ],
  });
});
