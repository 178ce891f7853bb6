import { ageColumn, nameColumn, text } from "../../meta/columns.ts";
import type { ResourceStrategy } from "../../strategy.ts";
import type { Namespace } from "./types.ts";

/** Lets selectors name a namespace; the API server sets it whatever the client says. */
const NAME_LABEL = "kubernetes.io/metadata.name";

/** `spec.finalizers` is what the namespace controller empties by /finalize once the content is gone. */
export const namespaceStrategy: ResourceStrategy<Namespace> = {
  group: "",
  version: "v1",
  kind: "Namespace",
  plural: "namespaces",
  singular: "namespace",
  shortNames: ["ns"],
  namespaced: false,
  verbs: ["create", "delete", "get", "list", "patch", "update", "watch"],
  subresources: { status: true },
  defaults(namespace) {
    const { metadata } = namespace;
    if (!metadata.name) return { ...namespace, spec: namespace.spec ?? {} };
    const labels = { ...metadata.labels, [NAME_LABEL]: metadata.name };
    return { ...namespace, metadata: { ...metadata, labels }, spec: namespace.spec ?? {} };
  },
  prepareForCreate: (namespace) => ({
    ...namespace,
    spec: { ...namespace.spec, finalizers: ["kubernetes"] },
    status: { phase: "Active" },
  }),
  // Only /finalize changes the finalizers of spec; only /status the phase.
  prepareForUpdate: (namespace, old) => ({ ...namespace, spec: old.spec }),
  printerColumns: [nameColumn, text("Status", (namespace) => namespace.status?.phase ?? ""), ageColumn],
  selectableFields: (namespace) => ({
    name: namespace.metadata.name ?? "",
    "status.phase": namespace.status?.phase ?? "",
  }),
};
