import type { MtlsReason } from "../../contracts/index.ts";
import { selects } from "./labels.ts";
import type { MtlsMode, PeerAuthentication, Workload } from "./snapshot-types.ts";

/** Where mesh-wide policies stand. A mesh may name another root namespace; the demo profile and nearly all others do not. */
const rootNamespace = "istio-system";

export type EffectiveMode = Pick<MtlsReason, "mode" | "decidedBy" | "scope">;

/**
 * Follows pilot/pkg/security/authn/policy_applier.go: port, then workload, then namespace, then mesh, then PERMISSIVE;
 * in one scope the oldest policy is the one; UNSET asks the next wider scope.
 */
export function effectiveMode(
  workload: Pick<Workload, "namespace" | "labels">,
  policies: readonly PeerAuthentication[],
  port?: number,
): EffectiveMode {
  const own = oldest(
    policies.filter(
      (one) => one.namespace === workload.namespace && selects(one.selector ?? {}, workload.labels),
    ),
  );
  const portMode = port === undefined ? undefined : own?.ports.get(port);
  if (own && isSet(portMode)) return { mode: portMode, decidedBy: nameOf(own), scope: "workload-port" };
  if (own && isSet(own.mode)) return { mode: own.mode, decidedBy: nameOf(own), scope: "workload" };
  const namespace = oldest(policies.filter((one) => one.namespace === workload.namespace && isWide(one)));
  const mesh = oldest(policies.filter((one) => one.namespace === rootNamespace && isWide(one)));
  if (namespace && namespace !== mesh && isSet(namespace.mode))
    return { mode: namespace.mode, decidedBy: nameOf(namespace), scope: "namespace" };
  if (mesh && isSet(mesh.mode)) return { mode: mesh.mode, decidedBy: nameOf(mesh), scope: "mesh" };
  return { mode: "PERMISSIVE", scope: "default" };
}

function isSet(mode: MtlsMode | undefined): mode is Exclude<MtlsMode, "UNSET"> {
  return mode !== undefined && mode !== "UNSET";
}

function isWide(policy: PeerAuthentication): boolean {
  return policy.selector === undefined || Object.keys(policy.selector).length === 0;
}

function oldest(policies: readonly PeerAuthentication[]): PeerAuthentication | undefined {
  // The API's timestamps are RFC 3339 in UTC: they sort as text. Of two in one second, Istio takes the first by name.
  return [...policies].sort((a, b) => compare(a.created, b.created) || compare(a.name, b.name))[0];
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function nameOf({ namespace, name }: PeerAuthentication): string {
  return `${namespace}/${name}`;
}
