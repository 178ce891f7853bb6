import { loadAll } from "js-yaml";
import type { KubeObject } from "../apimachinery/index.ts";
import { decodeTyped, isObject, objectOf, SchemaNode, stringOf, valueAt } from "../apimachinery/index.ts";
import { schemaErrors } from "../apiserver/crd/schema-validation.ts";
import {
  customResourceDefinitions,
  gatesFor,
  type IstioVersion,
  reviewValidation,
} from "../istio/testing.ts";

/** What the API server would say of a piece of configuration: the objects, or why it takes none of them. */
export interface Admitted {
  readonly objects: readonly KubeObject[];
  readonly refused: readonly string[];
  readonly warnings: readonly string[];
}

/**
 * Reads YAML as `kubectl apply` would have it: unknown fields, the schema of the definition and istiod's validation all
 * count. Objects without a namespace are of `default`; each is a second older than the next.
 */
export function admit(yaml: string, version: IstioVersion): Admitted {
  const refused: string[] = [];
  const warnings: string[] = [];
  const objects = loadAll(yaml)
    .filter(isKubeObject)
    .map(
      (object, index): KubeObject => ({
        ...object,
        metadata: {
          namespace: "default",
          creationTimestamp: new Date(Date.UTC(2026, 0, 2, 0, 0, index)).toISOString().replace(".000Z", "Z"),
          ...object.metadata,
        },
      }),
    );
  for (const object of objects) {
    refused.push(...schemaComplaints(object, version));
    const review = reviewValidation({ uid: "simulation", object });
    if (!review.allowed) refused.push(review.status?.message ?? "refused");
    warnings.push(...(review.warnings ?? []));
  }
  return { objects, refused, warnings };
}

function isKubeObject(value: unknown): value is KubeObject {
  return isObject(value) && typeof value.kind === "string" && isObject(value.metadata);
}

function schemaComplaints(object: KubeObject, version: IstioVersion): readonly string[] {
  const [group, served] = object.apiVersion.split("/");
  if (!group?.endsWith(".istio.io")) return [];
  const definition = customResourceDefinitions(gatesFor(version)).find(
    (one) => valueAt(one, "spec", "group") === group && valueAt(one, "spec", "names", "kind") === object.kind,
  );
  const versions = definition && valueAt(definition, "spec", "versions");
  const found = Array.isArray(versions)
    ? versions.find((one) => stringOf(valueAt(objectOf(one), "name")) === served)
    : undefined;
  if (!found) return [`no matches for kind "${object.kind}" in version "${object.apiVersion}"`];
  const schema = objectOf(valueAt(objectOf(found), "schema", "openAPIV3Schema"));
  const { apiVersion: _, kind: __, metadata: ___, ...rest } = object;
  const { unknown } = decodeTyped(objectOf(rest), new SchemaNode(schema), { checkTypes: false });
  return [
    ...unknown.map((path) => `strict decoding error: unknown field "${path}"`),
    ...schemaErrors(rest, schema, "").map(({ field, message }) => `${field}: ${message}`),
  ];
}
