import { negativeCondition } from "../findings.ts";
import { about } from "../message.ts";
import { KUBERNETES_GATEWAY } from "../resource.ts";
import type { Analyzer } from "../world.ts";

const TYPES = ["Accepted", "Programmed", "ResolvedRefs"];

/**
 * What the Gateway API's controller could not do. Since 1.25. Conditions about waypoints, which upstream looks at too, are
 * never set without ambient mode.
 */
export const conditionAnalyzer: Analyzer = {
  name: "conditions.ConditionAnalyzer",
  description: "Checks for negative status conditions on resources",
  inputs: ["Service", "ServiceEntry", "AuthorizationPolicy", KUBERNETES_GATEWAY, "HTTPRoute", "GRPCRoute"],
  run: ({ gatewayApi }) =>
    gatewayApi.flatMap((resource) => {
      const { conditions = [], parents = [] } = resource.spec.status ?? {};
      return [...conditions, ...parents.flatMap((parent) => parent.conditions)]
        .filter(({ type, status }) => TYPES.includes(type) && status === "False")
        .map((condition) => about(resource, negativeCondition(condition)));
    }),
};
