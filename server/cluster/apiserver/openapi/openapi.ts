import { createHash } from "node:crypto";
import { isObject, type JsonObject, objectOf } from "../../apimachinery/index.ts";
import { apiVersionOf, type Resource } from "../registry/resource.ts";
import type { Resources } from "../registry/resources.ts";
import { pathsOf } from "./paths.ts";

/** Schemas of the built-in kinds by component name, as the generated file has them. */
export type Definitions = Readonly<Record<string, JsonObject>>;

interface Built {
  readonly generation: number;
  readonly documents: Map<string, { body: Buffer; hash: string }>;
}

/** /openapi/v3: an index and one self-contained document per group and version, built when first asked for. */
export class OpenApi {
  private built: Built | undefined;
  private schemasByKind: Map<string, string> | undefined;

  constructor(
    private readonly resources: Resources,
    private readonly definitions: () => Definitions,
  ) {}

  /** The component name of a kind, e.g. io.k8s.api.apps.v1.Deployment. */
  componentOf(group: string, version: string, kind: string): string | undefined {
    this.schemasByKind ??= indexKinds(this.definitions());
    return this.schemasByKind.get(`${apiVersionOf(group, version)}/${kind}`);
  }

  definition(name: string): JsonObject | undefined {
    return this.definitions()[name];
  }

  document(path: string): { contentType: string; body: Buffer | string } | undefined {
    const { documents } = this.fresh();
    const name = path.slice("/openapi/v3".length + 1);
    if (name !== "") {
      const found = this.load(name, documents);
      return found && { contentType: "application/json", body: found.body };
    }
    const paths: Record<string, object> = {};
    for (const groupVersion of this.groupVersions()) {
      const found = this.load(groupVersion, documents);
      if (found)
        paths[groupVersion] = { serverRelativeURL: `/openapi/v3/${groupVersion}?hash=${found.hash}` };
    }
    return { contentType: "application/json", body: JSON.stringify({ paths }) };
  }

  private fresh(): Built {
    const { generation } = this.resources;
    if (this.built?.generation !== generation) this.built = { generation, documents: new Map() };
    return this.built;
  }

  private groupVersions(): string[] {
    const names = this.resources
      .all()
      .map(({ strategy, apiVersion }) => (strategy.group ? `apis/${apiVersion}` : `api/${apiVersion}`));
    return [...new Set(names)].sort();
  }

  private load(name: string, documents: Built["documents"]): { body: Buffer; hash: string } | undefined {
    const known = documents.get(name);
    if (known) return known;
    const apiVersion = name.replace(/^apis?\//, "");
    const members = this.resources.all().filter((resource) => resource.apiVersion === apiVersion);
    if (members.length === 0) return undefined;
    const body = Buffer.from(JSON.stringify(this.build(members)));
    const hash = createHash("sha512").update(body).digest("hex").toUpperCase();
    documents.set(name, { body, hash });
    return { body, hash };
  }

  private build(members: readonly Resource[]): object {
    const schemas: Record<string, JsonObject> = {};
    const paths: Record<string, object> = {};
    for (const resource of members) {
      const { group, version, kind } = resource.strategy;
      const builtIn = resource.custom ? undefined : this.componentOf(group, version, kind);
      const component = builtIn ?? componentName(resource);
      if (builtIn) this.collect(builtIn, schemas);
      else {
        schemas[component] = customSchema(resource);
        this.collect("io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta", schemas);
      }
      Object.assign(paths, pathsOf(resource, component));
    }
    return {
      openapi: "3.0.0",
      info: { title: "Kubernetes", version: "v1.35.2" },
      paths,
      components: { schemas },
    };
  }

  /** Adds a definition and everything it refers to. */
  private collect(name: string, schemas: Record<string, JsonObject>): void {
    const definition = this.definitions()[name];
    if (!definition || schemas[name]) return;
    schemas[name] = definition;
    for (const reference of referencesIn(definition)) this.collect(reference, schemas);
  }
}

const REFERENCE = "#/components/schemas/";

export function referenceName(schema: JsonObject): string | undefined {
  return typeof schema.$ref === "string" ? schema.$ref.slice(REFERENCE.length) : undefined;
}

function referencesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  if (!isObject(value)) return [];
  const own = referenceName(value);
  return [...(own ? [own] : []), ...Object.values(value).flatMap(referencesIn)];
}

function indexKinds(definitions: Definitions): Map<string, string> {
  const found = new Map<string, string>();
  for (const [name, definition] of Object.entries(definitions)) {
    const kinds = definition["x-kubernetes-group-version-kind"];
    if (!Array.isArray(kinds)) continue;
    for (const { group, version, kind } of kinds) {
      const key = `${apiVersionOf(String(group), String(version))}/${String(kind)}`;
      // Kinds that every group has, such as DeleteOptions, are no resource's own.
      if (kinds.length === 1) found.set(key, name);
    }
  }
  return found;
}

/** As apiextensions names it: the group reversed, then version and kind. */
function componentName({ strategy }: Resource): string {
  const group = strategy.group.split(".").reverse().join(".");
  return `${group || "io.k8s.api.core"}.${strategy.version}.${strategy.kind}`;
}

function customSchema(resource: Resource): JsonObject {
  const { group, version, kind } = resource.strategy;
  const schema = objectOf(resource.schema());
  return {
    type: "object",
    ...schema,
    properties: {
      ...objectOf(schema.properties),
      apiVersion: { type: "string", description: API_VERSION },
      kind: { type: "string", description: KIND },
      metadata: {
        description: "Standard object's metadata.",
        allOf: [{ $ref: `${REFERENCE}io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta` }],
        default: {},
      },
    },
    "x-kubernetes-group-version-kind": [{ group, version, kind }],
  };
}

const API_VERSION =
  "APIVersion defines the versioned schema of this representation of an object. Servers should convert recognized schemas to the latest internal value, and may reject unrecognized values. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#resources";
const KIND =
  "Kind is a string value representing the REST resource this object represents. Servers may infer this from the endpoint the client submits requests to. Cannot be updated. In CamelCase. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#types-kinds";
