import { expect, it } from "vitest";
import { mistakesIn } from "./mistakes.ts";
import { optionsFor } from "./options.ts";
import { type KindSchema, schemaAt } from "./schema.ts";
import { cursorAt } from "./yaml-lines.ts";

const pod: KindSchema = {
  root: {
    type: "object",
    properties: {
      apiVersion: { type: "string" },
      kind: { type: "string" },
      metadata: { ref: "Meta" },
      spec: { ref: "Spec", description: "What is wanted." },
      status: { open: true },
    },
  },
  definitions: {
    Meta: {
      type: "object",
      properties: { name: { type: "string" }, labels: { type: "object", values: { type: "string" } } },
    },
    Spec: {
      type: "object",
      required: ["containers"],
      properties: {
        containers: { type: "array", items: { ref: "Container" }, description: "At least one." },
        restartPolicy: { type: "string", enum: ["Always", "Never"] },
        hostNetwork: { type: "boolean" },
        replicas: { type: "integer" },
      },
    },
    Container: { type: "object", properties: { name: { type: "string" }, port: { open: true } } },
  },
};
const kinds = [
  { apiVersion: "v1", kind: "Pod" },
  { apiVersion: "apps/v1", kind: "Deployment" },
];
const options = (text: string, schema: KindSchema | undefined = pod) => {
  const cursor = cursorAt(text, text.length);
  if (!cursor) throw new Error("somewhere");
  return optionsFor(cursor, { schema, kinds, column: 2 });
};
const labels = (text: string, schema?: KindSchema) => options(text, schema).map(({ label }) => label);
const head = "apiVersion: v1\nkind: Pod\n";

it("offers what the schema knows and what is not there yet", () => {
  expect(labels(`${head}spec:\n  hostNetwork: true\n  `)).toEqual([
    "containers",
    "restartPolicy",
    "replicas",
  ]);
  expect(options(`${head}spec:\n  con`)[0]).toEqual({
    ...{ label: "containers", detail: "list of objects", info: "At least one.", required: true },
    apply: "containers:\n  - ",
  });
  expect(labels(`${head}spec:\n  containers:\n  - `)).toEqual(["name", "port"]);
  expect(labels(head)).toEqual(["metadata", "spec"]);
});

it("offers values, and the kinds of the cluster", () => {
  expect(labels(`${head}spec:\n  restartPolicy: `)).toEqual(["Always", "Never"]);
  expect(labels(`${head}spec:\n  hostNetwork: t`)).toEqual(["true", "false"]);
  expect(labels("apiVersion: ")).toEqual(["v1", "apps/v1"]);
  expect(labels("apiVersion: apps/v1\nkind: D")).toEqual(["Deployment"]);
  const cursor = cursorAt("", 0);
  expect(
    cursor && optionsFor(cursor, { schema: undefined, kinds, column: 0 }).map(({ label }) => label),
  ).toEqual(["apiVersion", "kind", "metadata", "spec"]);
});

it("finds unknown fields, wrong types and values, and what is missing", () => {
  const wrong = {
    ...{ apiVersion: "v1", kind: "Pod", metadata: { name: "a", labels: { version: 1 }, nmae: "b" } },
    spec: { restartPolicy: "Sometimes", replicas: "two", hostNetwork: true },
    status: { any: "thing" },
  };
  expect(mistakesIn(wrong, pod)).toEqual([
    {
      path: ["metadata", "labels", "version"],
      message: "metadata.labels.version: expected string, got number",
    },
    { path: ["metadata", "nmae"], message: 'unknown field "metadata.nmae"' },
    {
      path: ["spec", "restartPolicy"],
      message: 'spec.restartPolicy: "Sometimes" is none of "Always", "Never"',
    },
    { path: ["spec", "replicas"], message: "spec.replicas: expected integer, got string" },
    { path: ["spec"], message: "spec.containers is required" },
  ]);
  expect(mistakesIn({ spec: { containers: [{ name: "a", port: "http" }, null] } }, pod)).toEqual([]);
});

it("walks references, maps and what nobody describes", () => {
  expect(schemaAt(pod, ["metadata", "labels", "any"])).toEqual({
    kind: "schema",
    schema: { type: "string" },
  });
  expect(schemaAt(pod, ["status", "x", 0])).toEqual({ kind: "open" });
  expect(schemaAt(pod, ["spec", "contaners"])).toEqual({ kind: "unknown", depth: 1 });
});
