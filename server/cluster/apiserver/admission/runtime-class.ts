import { forbidden, objectOf, stringOf } from "../../apimachinery/index.ts";
import type { Reader } from "../registry/reader.ts";
import { named, type Resource } from "../registry/resource.ts";
import { type AdmissionPlugin, nameInRefusal } from "./attributes.ts";

/** A pod names a runtime class that is there, or none. Follows plugin/pkg/admission/runtimeclass; no overhead here. */
export function runtimeClassAdmission(reader: Reader, classes: Resource): AdmissionPlugin {
  return {
    name: "RuntimeClass",
    validate(attributes) {
      const { operation, resource, subresource, object } = attributes;
      const isPod = resource.strategy.group === "" && resource.strategy.plural === "pods";
      if (!isPod || operation !== "CREATE" || subresource !== "") return;
      const name = stringOf(objectOf(object?.spec).runtimeClassName);
      if (!name || reader.all(classes).some(({ metadata }) => metadata.name === name)) return;
      const why = `pod rejected: RuntimeClass ${JSON.stringify(name)} not found`;
      throw forbidden(named(resource), nameInRefusal(attributes), why);
    },
  };
}
