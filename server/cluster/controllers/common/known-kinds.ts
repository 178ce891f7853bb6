import type { KubeObject } from "../../apimachinery/index.ts";
import { builtinStrategies, type CustomResourceDefinition } from "../../apis/index.ts";
import { apiVersionOf, type Informer, keyOf, type ResourceType } from "../../client/index.ts";
import type { ControllerContext } from "./context.ts";

const definitions: ResourceType<CustomResourceDefinition> = {
  group: "apiextensions.k8s.io",
  version: "v1",
  kind: "CustomResourceDefinition",
  plural: "customresourcedefinitions",
  namespaced: false,
};

/** Every kind that the server serves now: the built-in ones and those of established definitions, one version each. */
export class KnownKinds {
  private readonly custom = new Map<string, ResourceType>();
  private readonly listeners: ((type: ResourceType) => void)[] = [];
  readonly informer: Informer<CustomResourceDefinition>;

  constructor(context: ControllerContext) {
    this.informer = context.informers.of(definitions);
    const seen = (definition: CustomResourceDefinition) => this.define(definition);
    this.informer.addHandler({
      added: seen,
      updated: seen,
      deleted: (definition) => this.custom.delete(keyOf(definition)),
    });
  }

  list(): readonly ResourceType[] {
    return [...builtinStrategies, ...this.custom.values()];
  }

  /** The kind that an owner reference names; its version may be another than ours. */
  find(apiVersion: string, kind: string): ResourceType | undefined {
    const group = apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "";
    return this.list().find((type) => type.kind === kind && type.group === group);
  }

  /** Calls back for each custom kind, now and later. */
  onCustom(listener: (type: ResourceType) => void): void {
    this.listeners.push(listener);
    for (const type of this.custom.values()) listener(type);
  }

  private define(definition: CustomResourceDefinition): void {
    const established = definition.status?.conditions?.some(
      ({ type, status }) => type === "Established" && status === "True",
    );
    const { group, names, scope, versions } = definition.spec;
    const version =
      versions.find(({ served, storage }) => served && storage) ?? versions.find((v) => v.served);
    if (!established || !version || this.custom.has(keyOf(definition))) return;
    const type: ResourceType = {
      group,
      version: version.name,
      kind: names.kind,
      plural: names.plural,
      namespaced: scope === "Namespaced",
    };
    this.custom.set(keyOf(definition), type);
    for (const listener of this.listeners) listener(type);
  }
}

/** `apps/v1/deployments`: one text per kind. */
export function typeKey(type: ResourceType<KubeObject>): string {
  return `${apiVersionOf(type)}/${type.plural}`;
}
