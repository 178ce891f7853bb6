import { forbidden, StatusError, valueAt } from "../../apimachinery/index.ts";
import type { Reader } from "../registry/reader.ts";
import { named, type Resource } from "../registry/resource.ts";
import { type AdmissionPlugin, type Attributes, nameInRefusal } from "./attributes.ts";

const IMMORTAL = new Set(["default", "kube-system", "kube-public"]);

/** Nothing is created in a namespace that does not exist or is being deleted. Follows plugin/namespace/lifecycle. */
export function namespaceLifecycle(reader: Reader, namespaces: Resource): AdmissionPlugin {
  const check = (attributes: Attributes) => {
    const { operation, resource, namespace } = attributes;
    if (operation !== "CREATE" || !resource.strategy.namespaced) return;
    // Throws NotFound in the namespace's own name, as upstream does.
    const found = reader.get(namespaces, { namespace: "", name: namespace });
    if (valueAt(found, "status", "phase") !== "Terminating" && !found.metadata.deletionTimestamp) return;
    const refused = forbidden(
      named(resource),
      nameInRefusal(attributes),
      `unable to create new content in namespace ${namespace} because it is being terminated`,
    );
    throw new StatusError({
      ...refused.status,
      details: {
        ...refused.status.details,
        causes: [
          {
            reason: "NamespaceTerminating",
            message: `namespace ${namespace} is being terminated`,
            field: "metadata.namespace",
          },
        ],
      },
    });
  };
  return {
    name: "NamespaceLifecycle",
    mutate: (attributes) => {
      check(attributes);
      return attributes.object;
    },
    validate: ({ operation, resource, name }) => {
      if (operation === "DELETE" && resource === namespaces && IMMORTAL.has(name)) {
        throw forbidden(named(resource), name, "this namespace may not be deleted");
      }
    },
  };
}
