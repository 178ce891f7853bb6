import type { KubeObject } from "../../apimachinery/index.ts";
import {
  addResources,
  type CountedResource,
  inScopes,
  type ResourceList,
  type ResourceQuota,
  totalUsage,
} from "../../apis/index.ts";

/** All objects of one kind in the quota's namespace. */
export interface Population {
  readonly resource: CountedResource;
  readonly objects: readonly KubeObject[];
}

/** What a namespace uses of what the quota names. Follows resource_quota_controller.go syncResourceQuota. */
export function quotaStatus(
  quota: ResourceQuota,
  populations: readonly Population[],
): NonNullable<ResourceQuota["status"]> {
  const hard = quota.spec?.hard ?? {};
  const usage = populations
    .map(({ resource, objects }) =>
      totalUsage(
        resource,
        objects.filter((object) => inScopes(quota, resource, object)),
      ),
    )
    .reduce<ResourceList>(addResources, {});
  const used = Object.fromEntries(Object.keys(hard).map((name) => [name, usage[name] ?? "0"]));
  return { hard, used };
}
