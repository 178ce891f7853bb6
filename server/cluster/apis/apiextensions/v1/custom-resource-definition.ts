import type { FieldError, KubeObject } from "../../../apimachinery/index.ts";
import { createdAtColumn, nameColumn } from "../../meta/columns.ts";
import { invalidValue, notSupported, required } from "../../meta/fields.ts";
import { immutable } from "../../meta/object-meta.ts";
import type { Condition } from "../../meta/types.ts";
import { withDefaults } from "../../meta/with-defaults.ts";
import type { ResourceStrategy } from "../../strategy.ts";

export interface CustomResourceDefinitionNames {
  readonly plural: string;
  readonly singular?: string;
  readonly shortNames?: readonly string[];
  readonly kind: string;
  readonly listKind?: string;
  readonly categories?: readonly string[];
}

export interface CustomResourceDefinitionVersion {
  readonly name: string;
  readonly served: boolean;
  readonly storage: boolean;
  readonly deprecated?: boolean;
  readonly deprecationWarning?: string;
  readonly schema?: { readonly openAPIV3Schema?: Readonly<Record<string, unknown>> };
  readonly subresources?: {
    readonly status?: object;
    readonly scale?: {
      readonly specReplicasPath: string;
      readonly statusReplicasPath: string;
      readonly labelSelectorPath?: string;
    };
  };
  readonly additionalPrinterColumns?: readonly {
    readonly name: string;
    readonly type: string;
    readonly format?: string;
    readonly description?: string;
    readonly priority?: number;
    readonly jsonPath: string;
  }[];
  readonly selectableFields?: readonly { readonly jsonPath: string }[];
}

export interface CustomResourceDefinition extends KubeObject {
  readonly spec: {
    readonly group: string;
    readonly names: CustomResourceDefinitionNames;
    readonly scope: "Namespaced" | "Cluster";
    readonly versions: readonly CustomResourceDefinitionVersion[];
    readonly conversion?: Readonly<Record<string, unknown>>;
    readonly preserveUnknownFields?: boolean;
  };
  readonly status?: {
    readonly conditions?: readonly Condition[];
    readonly acceptedNames?: CustomResourceDefinitionNames;
    readonly storedVersions?: readonly string[];
  };
}

function defaults(definition: CustomResourceDefinition): CustomResourceDefinition {
  const { spec } = definition;
  const kind = spec?.names?.kind ?? "";
  const names = withDefaults(spec?.names ?? {}, { singular: kind.toLowerCase(), listKind: `${kind}List` });
  return {
    ...definition,
    spec: withDefaults({ ...spec, names }, { conversion: { strategy: "None" } }),
  };
}

function validate({ metadata, spec }: CustomResourceDefinition): FieldError[] {
  const errors: FieldError[] = [];
  if (!spec.group) errors.push(required("spec.group"));
  const name = `${spec.names.plural}.${spec.group}`;
  if (metadata.name !== name) {
    errors.push(
      invalidValue("metadata.name", metadata.name ?? "", `must be spec.names.plural+"."+spec.group`),
    );
  }
  if (spec.scope !== "Namespaced" && spec.scope !== "Cluster") {
    errors.push(notSupported("spec.scope", spec.scope ?? "", ["Cluster", "Namespaced"]));
  }
  if (!spec.names.plural) errors.push(required("spec.names.plural"));
  if (!spec.names.kind) errors.push(required("spec.names.kind"));
  const versions = spec.versions ?? [];
  if (versions.filter(({ storage }) => storage).length !== 1) {
    const detail = "must have exactly one version marked as storage version";
    errors.push(
      invalidValue(
        "spec.versions",
        versions.map((version) => version.name),
        detail,
      ),
    );
  }
  for (const [index, version] of versions.entries()) {
    if (version.schema?.openAPIV3Schema) continue;
    errors.push(required(`spec.versions[${index}].schema.openAPIV3Schema`, "schemas are required"));
  }
  return errors;
}

/** The kind itself. What a definition makes the server do lives in the API server. */
export const customResourceDefinitionStrategy: ResourceStrategy<CustomResourceDefinition> = {
  group: "apiextensions.k8s.io",
  version: "v1",
  kind: "CustomResourceDefinition",
  plural: "customresourcedefinitions",
  singular: "customresourcedefinition",
  shortNames: ["crd", "crds"],
  categories: ["api-extensions"],
  namespaced: false,
  subresources: { status: true },
  defaults,
  validate,
  validateUpdate: ({ spec }, old) => [
    ...immutable("spec.group", spec.group, old.spec.group),
    ...immutable("spec.scope", spec.scope, old.spec.scope),
    ...immutable("spec.names.kind", spec.names.kind, old.spec.names.kind),
    ...immutable("spec.names.plural", spec.names.plural, old.spec.names.plural),
  ],
  printerColumns: [nameColumn, createdAtColumn],
};
