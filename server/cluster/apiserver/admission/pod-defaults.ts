import { arrayOf, isObject, objectOf } from "../../apimachinery/index.ts";
import type { AdmissionPlugin } from "./attributes.ts";

const TOLERATED_SECONDS = 300;
const TAINTS = ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"];

/** What the DefaultTolerationSeconds plugin gives a new pod. */
export function podDefaults(): AdmissionPlugin {
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
      return added.length > 0 ? { ...object, spec: { ...spec, tolerations: [...given, ...added] } } : object;
    },
  };
}
