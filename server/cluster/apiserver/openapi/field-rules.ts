import {
  applyStrategicMerge,
  badRequest,
  decodeTyped,
  type FieldWriter,
  isObject,
  type JsonObject,
  type KubeObject,
  SchemaNode,
  StatusError,
  serverSideApply,
  trackUpdate,
} from "../../apimachinery/index.ts";
import type { Clock } from "../../base/index.ts";
import type { ApiCall } from "../endpoints/call.ts";
import type { FieldRules } from "../endpoints/handler.ts";
import { inputObject } from "../endpoints/input.ts";
import { managerOf } from "../endpoints/write-options.ts";
import { rfc3339 } from "../registry/deletion.ts";
import type { Resource } from "../registry/resource.ts";
import type { OpenApi } from "./openapi.ts";

const OBJECT_META = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";

/** What the schemas decide about a write: unknown fields, list merging, and who owns which field. */
export class SchemaRules implements FieldRules {
  private readonly nodes = new WeakMap<Resource, SchemaNode>();

  constructor(
    private readonly openapi: OpenApi,
    private readonly clock: Clock,
  ) {}

  /** The body as the kind's type reads it. Callers inside the process are typed already and are not checked. */
  decode(resource: Resource, body: unknown, call: ApiCall): unknown {
    const node = this.nodeOf(resource);
    if (call.trusted || !node || !isObject(body)) return body;
    const { strategy } = resource;
    const prefix = `${strategy.kind} in version "${strategy.version}" cannot be handled as a ${strategy.kind}: `;
    const { value, unknown } = decodeOrRefuse(body, node, {
      prefix,
      kind: strategy.kind,
      checkTypes: !resource.custom,
    });
    const mode = call.query.fieldValidation || "Warn";
    const duplicates = mode === "Ignore" ? [] : (call.duplicates?.() ?? []);
    if (unknown.length === 0 && duplicates.length === 0) return value;
    const quoted = (what: string) => (path: string) => `${what} field ${JSON.stringify(path)}`;
    const texts = [...duplicates.map(quoted("duplicate")), ...unknown.map(quoted("unknown"))];
    if (mode === "Strict") throw badRequest(`${prefix}strict decoding error: ${texts.join(", ")}`);
    if (mode === "Warn")
      for (const text of texts) if (!call.warnings.includes(text)) call.warnings.push(text);
    return value;
  }

  track(resource: Resource, call: ApiCall, subresource: string) {
    const writer = this.writer(resource, call, subresource);
    return (object: KubeObject, old: KubeObject | undefined): KubeObject => trackUpdate(object, old, writer);
  }

  apply(
    { call, resource, subresource }: { call: ApiCall; resource: Resource; subresource: string },
    present: KubeObject | undefined,
    reference: { namespace: string; name: string },
  ): KubeObject {
    if (!call.query.fieldManager) {
      throw badRequest(
        'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
      );
    }
    const applied = inputObject(resource, this.decode(resource, call.body, call), reference);
    const writer = this.writer(resource, call, subresource);
    const force = call.query.force === "true" || call.query.force === "1";
    return serverSideApply(present, applied, { ...writer, force });
  }

  strategicMerge(resource: Resource, target: KubeObject, patch: unknown): JsonObject {
    return applyStrategicMerge(target, patch, this.nodeOf(resource));
  }

  nodeOf(resource: Resource): SchemaNode | undefined {
    const known = this.nodes.get(resource);
    if (known) return known;
    const schema = resource.schema();
    if (!schema) return undefined;
    const full = resource.custom ? withObjectMeta(schema) : schema;
    const node = new SchemaNode(full, (name) => this.openapi.definition(name));
    this.nodes.set(resource, node);
    return node;
  }

  private writer(resource: Resource, call: ApiCall, subresource: string): FieldWriter {
    const hasStatus = resource.strategy.subresources?.status === true;
    return {
      manager: managerOf(call),
      subresource,
      apiVersion: resource.apiVersion,
      now: rfc3339(this.clock.now()),
      node: this.nodeOf(resource),
      ignores: (field) =>
        subresource === "status"
          ? field !== "status" && field !== "metadata"
          : hasStatus && field === "status",
    };
  }
}

function withObjectMeta(schema: JsonObject): JsonObject {
  const properties = isObject(schema.properties) ? schema.properties : {};
  const text = { type: "string" };
  const metadata = { $ref: `#/components/schemas/${OBJECT_META}` };
  return { ...schema, properties: { ...properties, apiVersion: text, kind: text, metadata } };
}

function decodeOrRefuse(
  body: JsonObject,
  node: SchemaNode,
  { prefix, ...options }: { prefix: string; kind: string; checkTypes: boolean },
) {
  try {
    return decodeTyped(body, node, options);
  } catch (error) {
    if (error instanceof StatusError) throw badRequest(prefix + error.message);
    throw error;
  }
}
