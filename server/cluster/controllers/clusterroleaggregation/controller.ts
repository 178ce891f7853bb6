import { isDeepStrictEqual } from "node:util";
import { matchesLabels, selectorOf } from "../../apimachinery/index.ts";
import type { PolicyRule, Role, TypedResource } from "../../apis/index.ts";
import { type ControllerContext, clientFor, queueFor, run } from "../common/context.ts";

interface AggregatedRole extends Role {
  readonly aggregationRule?: { readonly clusterRoleSelectors?: readonly unknown[] };
}

const clusterRoles: TypedResource<AggregatedRole> = {
  ...{ group: "rbac.authorization.k8s.io", version: "v1", kind: "ClusterRole" },
  ...{ plural: "clusterroles", namespaced: false },
};

/** Gives a role with an aggregationRule the rules of all roles that it selects. Follows clusterroleaggregation. */
export function startClusterRoleAggregationController(context: ControllerContext): void {
  const roles = context.informers.of(clusterRoles);
  const client = clientFor(context, clusterRoles);
  const queue = queueFor(context);
  const enqueueSums = () => {
    for (const { aggregationRule, metadata } of roles.lister.list())
      if (aggregationRule) queue.add(metadata.name ?? "");
  };
  roles.addHandler({ added: enqueueSums, updated: enqueueSums, deleted: enqueueSums });
  run(context, {
    name: "clusterrole-aggregation-controller",
    queue,
    caches: [roles],
    async reconcile(name) {
      const sum = roles.lister.get(name);
      if (!sum?.aggregationRule || sum.metadata.deletionTimestamp) return;
      const rules = sumOf(sum, roles.lister.list());
      if (!isDeepStrictEqual(rules, sum.rules ?? [])) await client.update({ ...sum, rules });
    },
  });
}

function sumOf(sum: AggregatedRole, all: readonly AggregatedRole[]): readonly PolicyRule[] {
  const byName = [...all].sort((one, other) =>
    (one.metadata.name ?? "") < (other.metadata.name ?? "") ? -1 : 1,
  );
  const rules: PolicyRule[] = [];
  for (const selector of sum.aggregationRule?.clusterRoleSelectors ?? []) {
    const wanted = selectorOf(selector) ?? [];
    for (const { metadata, rules: own } of byName) {
      if (metadata.name === sum.metadata.name || !matchesLabels(wanted, metadata.labels)) continue;
      for (const rule of own ?? [])
        if (!rules.some((known) => isDeepStrictEqual(known, rule))) rules.push(rule);
    }
  }
  return rules;
}
