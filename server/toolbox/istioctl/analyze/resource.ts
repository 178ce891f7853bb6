import { z } from "zod";

const strings = z.record(z.string(), z.string());

export const metadata = z.object({
  name: z.string().default(""),
  namespace: z.string().default(""),
  labels: strings.nullish().transform((found) => found ?? {}),
  annotations: strings.nullish().transform((found) => found ?? {}),
  creationTimestamp: z.string().nullish(),
});
export type Metadata = z.infer<typeof metadata>;

/** Where in a file a resource stands. Lines count from 1. */
export interface Source {
  readonly file: string;
  readonly line: number;
  /** Lines of scalar values by their path, e.g. `spec.http[0].route[0].destination.host`. */
  readonly lines: ReadonlyMap<string, number>;
}

export interface Resource<Spec = unknown> {
  readonly kind: string;
  readonly metadata: Metadata;
  /** `spec` of most kinds, the whole object of those without one (see kinds.ts). */
  readonly spec: Spec;
  /** Undefined for what came from the cluster. */
  readonly source?: Source;
}

/** `namespace/name`, or the name alone in the cluster's scope, as messages name resources. */
export const fullName = ({ metadata: { namespace, name } }: Resource): string =>
  namespace ? `${namespace}/${name}` : name;

/** The Gateway API's Gateway, so that Istio's own is not taken for it. */
export const KUBERNETES_GATEWAY = "KubernetesGateway";

/** As the API calls it. */
export const shownKind = ({ kind }: Resource): string => (kind === KUBERNETES_GATEWAY ? "Gateway" : kind);

/** `VirtualService istioinaction/web-api`. */
export const friendlyName = (resource: Resource): string => `${shownKind(resource)} ${fullName(resource)}`;

/** The namespace a message of this resource belongs to: a Namespace belongs to itself. */
export const namespaceOf = ({ kind, metadata: { namespace, name } }: Resource): string =>
  kind === "Namespace" ? name : namespace;
