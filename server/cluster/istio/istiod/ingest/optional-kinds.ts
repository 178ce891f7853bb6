import type { KubeObject } from "../../../apimachinery/index.ts";
import type { Informer, ResourceType, SharedInformers } from "../../../client/index.ts";
import { GROUP } from "../gateway-api/names.ts";
import type { GatewayClass, KubeGateway, KubeRoute, ReferenceGrant } from "../model/gateway-api.ts";
import type { World } from "../model/world.ts";

/** Kinds of the Gateway API: served only where somebody has installed its definitions. */
export type OptionalField =
  | "gatewayClasses"
  | "kubeGateways"
  | "httpRoutes"
  | "grpcRoutes"
  | "tcpRoutes"
  | "tlsRoutes"
  | "referenceGrants";

const FIELD_OF_PLURAL: Readonly<Record<string, OptionalField>> = {
  gatewayclasses: "gatewayClasses",
  gateways: "kubeGateways",
  httproutes: "httpRoutes",
  grpcroutes: "grpcRoutes",
  tcproutes: "tcpRoutes",
  tlsroutes: "tlsRoutes",
  referencegrants: "referenceGrants",
};

interface Definition extends KubeObject {
  readonly spec: {
    readonly group: string;
    readonly scope: string;
    readonly names: { readonly plural: string; readonly kind: string };
    readonly versions: readonly { readonly name: string; readonly served: boolean }[];
  };
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

const DEFINITIONS: ResourceType<Definition> = {
  group: "apiextensions.k8s.io",
  version: "v1",
  kind: "CustomResourceDefinition",
  plural: "customresourcedefinitions",
  namespaced: false,
};

export interface OptionalDeps {
  readonly informers: SharedInformers;
  readonly signal: AbortSignal;
  listen(type: ResourceType): Informer<KubeObject>;
  onChange(): void;
}

/** Begins to look at a kind when its definition is there, and forgets its objects when the definition goes. */
export class OptionalKinds {
  private readonly served = new Map<OptionalField, ResourceType>();

  start({ informers, signal, listen, onChange }: OptionalDeps): Informer<Definition> {
    const seen = (definition: Definition) => {
      const { group, names, scope, versions } = definition.spec;
      const field = FIELD_OF_PLURAL[names.plural];
      const version = versions.find((one) => one.served)?.name;
      if (group !== GROUP || !field || !version || this.served.has(field) || !established(definition)) return;
      const type = {
        group,
        version,
        kind: names.kind,
        plural: names.plural,
        namespaced: scope === "Namespaced",
      };
      this.served.set(field, type);
      listen(type).start(signal);
    };
    const informer = informers.of(DEFINITIONS);
    informer.addHandler({
      added: seen,
      updated: seen,
      deleted: ({ spec }) => {
        const field = FIELD_OF_PLURAL[spec.names.plural];
        if (spec.group !== GROUP || !field || !this.served.delete(field)) return;
        onChange();
      },
    });
    return informer;
  }

  /** The kind as it is served now. */
  typeOf(field: OptionalField): ResourceType | undefined {
    return this.served.get(field);
  }

  snapshot(informers: SharedInformers): Pick<World, OptionalField> {
    const list = <T extends KubeObject>(field: OptionalField): readonly T[] => {
      const type = this.served.get(field);
      // The definition's schema has been checked by the API server: objects under its name are of its form.
      return type ? informers.of(type as ResourceType<T>).lister.list() : [];
    };
    return {
      gatewayClasses: list<GatewayClass>("gatewayClasses"),
      kubeGateways: list<KubeGateway>("kubeGateways"),
      httpRoutes: list<KubeRoute>("httpRoutes"),
      grpcRoutes: list<KubeRoute>("grpcRoutes"),
      tcpRoutes: list<KubeRoute>("tcpRoutes"),
      tlsRoutes: list<KubeRoute>("tlsRoutes"),
      referenceGrants: list<ReferenceGrant>("referenceGrants"),
    };
  }
}

const established = ({ status }: Definition): boolean =>
  status?.conditions?.some(({ type, status: value }) => type === "Established" && value === "True") ?? false;
