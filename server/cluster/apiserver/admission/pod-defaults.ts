import { arrayOf, isObject, objectOf, stringOf, valueAt } from "../../apimachinery/index.ts";
import type { Reader } from "../registry/reader.ts";
import type { Resource } from "../registry/resource.ts";
import type { AdmissionPlugin } from "./attributes.ts";

const TOLERATED_SECONDS = 300;
const TAINTS = ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"];

/** What the DefaultTolerationSeconds and Priority plugins give a new pod. */
export function podDefaults(reader: Reader, priorityClasses: Resource | undefined): AdmissionPlugin {
  const priority = (name: string): number => {
    if (name === "system-node-critical") return 2_000_001_000;
    if (name === "system-cluster-critical") return 2_000_000_000;
    if (!priorityClasses) return 0;
    const found = reader
      .all(priorityClasses)
      .find((one) => (name ? one.metadata.name === name : one.globalDefault === true));
    return typeof found?.value === "number" ? found.value : 0;
  };
  return {
    name: "PodDefaults",
    mutate({ operation, resource, subresource, object }) {
      const isPod = resource.strategy.group === "" && resource.strategy.plural === "pods";
      if (!isPod || operation !== "CREATE" || subresource !== "") return object;
      const spec = objectOf(object.spec);
      const given = arrayOf(spec.tolerations);
      const tolerated = (taint: string) =>
        given.some((toleration) => {
          if (!isObject(toleration)) return false;
          const effect = toleration.effect ?? "";
          return (toleration.key ?? taint) === taint && (effect === "" || effect === "NoExecute");
        });
      const added = TAINTS.filter((taint) => !tolerated(taint)).map((key) => ({
        key,
        operator: "Exists",
        effect: "NoExecute",
        tolerationSeconds: TOLERATED_SECONDS,
      }));
      return {
        ...object,
        spec: {
          ...spec,
          ...(added.length > 0 ? { tolerations: [...given, ...added] } : {}),
          priority: valueAt(spec, "priority") ?? priority(stringOf(spec.priorityClassName)),
          preemptionPolicy: spec.preemptionPolicy ?? "PreemptLowerPriority",
        },
      };
    },
  };
}
