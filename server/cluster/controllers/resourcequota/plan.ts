import { type Pod, quantityMilli, type ResourceQuota } from "../../apis/index.ts";
import { isEnded } from "../common/pods.ts";

type Amounts = Readonly<Record<string, string>>;

export interface NamespaceUse {
  readonly pods: readonly Pod[];
  /** How many there are of other kinds, by the quota's name: `services`, `configmaps`, `count/deployments.apps`. */
  readonly counts: Readonly<Record<string, number>>;
  /** Storage that claims ask for. */
  readonly storage: readonly string[];
}

/** What a namespace uses of what the quota names. Follows the evaluators of pkg/quota/v1; scopes are not looked at. */
export function quotaStatus(
  { spec }: ResourceQuota,
  use: NamespaceUse,
): NonNullable<ResourceQuota["status"]> {
  const hard = spec?.hard ?? {};
  const used = Object.fromEntries(Object.keys(hard).map((name) => [name, usedOf(name, use)]));
  return { hard, used };
}

function usedOf(name: string, { pods, counts, storage }: NamespaceUse): string {
  const running = pods.filter((pod) => !isEnded(pod));
  if (name === "pods") return String(running.length);
  if (name === "count/pods") return String(pods.length);
  if (name === "requests.storage") return printed(sum(storage), "memory");
  const [, list, resource = ""] = /^(requests|limits)\.(.+)$/.exec(name) ?? [];
  if (list === "requests" || list === "limits") return computed(running, { list, resource });
  if (name === "cpu" || name === "memory" || name === "ephemeral-storage")
    return computed(running, { list: "requests", resource: name });
  return String(counts[name] ?? counts[name.replace(/^count\//, "")] ?? 0);
}

function computed(
  pods: readonly Pod[],
  { list, resource }: { list: "requests" | "limits"; resource: string },
): string {
  const amounts = pods.flatMap(({ spec }) =>
    spec.containers.map(({ resources }) => {
      const found: Amounts = resources?.[list] ?? {};
      return found[resource] ?? "0";
    }),
  );
  return printed(sum(amounts), resource);
}

const sum = (amounts: readonly string[]) =>
  amounts.reduce((total, text) => total + (quantityMilli(text) ?? 0n), 0n);

/** CPU in the least form; bytes in the largest binary unit that divides them. */
function printed(milli: bigint, resource: string): string {
  if (milli === 0n) return "0";
  if (!/memory|storage/.test(resource)) return milli % 1000n === 0n ? String(milli / 1000n) : `${milli}m`;
  let value = milli / 1000n;
  let step = 0;
  for (; value % 1024n === 0n && step < 4; step++) value /= 1024n;
  return `${value}${["", "Ki", "Mi", "Gi", "Ti"][step]}`;
}
