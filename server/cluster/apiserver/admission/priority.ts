import { forbidden, type KubeObject, objectOf, stringOf } from "../../apimachinery/index.ts";
import { SYSTEM_PRIORITY_CLASSES } from "../../apis/index.ts";
import type { Reader } from "../registry/reader.ts";
import { named, type Resource } from "../registry/resource.ts";
import { type AdmissionPlugin, type Attributes, nameInRefusal } from "./attributes.ts";

// Follows plugin/pkg/admission/priority.

const PREEMPTS = "PreemptLowerPriority";

/** Gives a new pod the number of its priority class, or of the default one; one default class at most. */
export function priorityAdmission(reader: Reader, classes: Resource): AdmissionPlugin {
  const defaultClass = () =>
    reader
      .all(classes)
      .filter(({ globalDefault }) => globalDefault === true)
      .sort((one, other) => Number(one.value) - Number(other.value))[0];
  return {
    name: "Priority",
    mutate(attributes) {
      const { operation, resource, subresource, object } = attributes;
      const isPod = resource.strategy.group === "" && resource.strategy.plural === "pods";
      if (!isPod || operation !== "CREATE" || subresource !== "") return object;
      return withPriority(
        attributes,
        classOf(attributes, { all: reader.all(classes), fallback: defaultClass }),
      );
    },
    validate(attributes) {
      const { operation, resource, object } = attributes;
      if (resource !== classes || operation === "DELETE" || object?.globalDefault !== true) return;
      const other = defaultClass();
      if (!other || (operation === "UPDATE" && other.metadata.name === object.metadata.name)) return;
      throw refused(attributes, `PriorityClass ${other.metadata.name} is already marked as default`);
    },
  };
}

interface Classes {
  readonly all: readonly KubeObject[];
  readonly fallback: () => KubeObject | undefined;
}

function classOf(attributes: Attributes, { all, fallback }: Classes): KubeObject | undefined {
  const name = stringOf(objectOf(attributes.object?.spec).priorityClassName);
  if (!name) return fallback();
  const found = [...all, ...SYSTEM_PRIORITY_CLASSES].find(({ metadata }) => metadata.name === name);
  if (!found) throw refused(attributes, `no PriorityClass with name ${name} was found`);
  return found;
}

function withPriority(
  attributes: Attributes & { readonly object: KubeObject },
  from: KubeObject | undefined,
): KubeObject {
  const { object } = attributes;
  const spec = objectOf(object.spec);
  const computed = typeof from?.value === "number" ? from.value : 0;
  const policy = stringOf(from?.preemptionPolicy) || PREEMPTS;
  const { priority, preemptionPolicy } = spec;
  const given = (what: string, computedValue: unknown) =>
    refused(
      attributes,
      `the ${what} must not be provided in pod spec; priority admission controller computed ${computedValue} from the given PriorityClass name`,
    );
  if (typeof priority === "number" && priority !== computed)
    throw given(`integer value of priority (${priority})`, computed);
  if (preemptionPolicy !== undefined && preemptionPolicy !== policy)
    throw given(`string value of PreemptionPolicy (${String(preemptionPolicy)})`, policy);
  const name = stringOf(from?.metadata.name);
  return {
    ...object,
    spec: {
      ...spec,
      ...(name && { priorityClassName: name }),
      ...{ priority: computed, preemptionPolicy: policy },
    },
  };
}

const refused = (attributes: Attributes, why: string) =>
  forbidden(named(attributes.resource), nameInRefusal(attributes), why);
