import type { EnvoyFilter, Fields } from "../model/extensions.ts";
import { labelsMatch } from "../push/host-names.ts";
import { gatewayNameOf } from "../push/policy-selection.ts";
import { type MeshProxy, proxyLabels } from "../push/proxy.ts";
import type { PushContext } from "../push/push-context.ts";
import { camelCased, child, isFields, text } from "./fields.ts";

export type PatchContext = "SIDECAR_INBOUND" | "SIDECAR_OUTBOUND" | "GATEWAY";

export const APPLIES_TO = [
  "LISTENER",
  "FILTER_CHAIN",
  "NETWORK_FILTER",
  "HTTP_FILTER",
  "ROUTE_CONFIGURATION",
  "VIRTUAL_HOST",
  "HTTP_ROUTE",
  "CLUSTER",
] as const;

export type AppliesTo = (typeof APPLIES_TO)[number];

export interface Patch {
  readonly applyTo: AppliesTo;
  readonly operation: string;
  readonly context: string;
  /** The part of the match that is about a listener, a route configuration or a cluster. */
  readonly listener: Fields | undefined;
  readonly routeConfiguration: Fields | undefined;
  readonly cluster: Fields | undefined;
  readonly value: Fields;
}

const isAppliesTo = (value: string | undefined): value is AppliesTo =>
  APPLIES_TO.some((one) => one === value);

/** Filters of the root namespace come first, then by priority, then the oldest. */
function filtersOf(proxy: MeshProxy, push: PushContext): readonly EnvoyFilter[] {
  const { rootNamespace } = push.mesh;
  const labels = proxyLabels(proxy, push);
  const about = ({ metadata, spec }: EnvoyFilter) => {
    const { namespace } = metadata;
    if (namespace !== rootNamespace && namespace !== proxy.namespace) return false;
    const targets = spec?.targetRefs ?? [];
    if (targets.length > 0)
      return (
        namespace === proxy.namespace &&
        targets.some(({ kind, name }) => kind === "Gateway" && name === gatewayNameOf(labels))
      );
    return labelsMatch(spec?.workloadSelector?.labels, labels);
  };
  const rank = ({ metadata, spec }: EnvoyFilter) =>
    [metadata.namespace === rootNamespace ? 0 : 1, spec?.priority ?? 0] as const;
  return push.envoyFilters.filter(about).toSorted((a, b) => {
    const [scopeA, priorityA] = rank(a);
    const [scopeB, priorityB] = rank(b);
    return scopeA - scopeB || priorityA - priorityB;
  });
}

/** What EnvoyFilters change of a proxy's configuration, in order. */
export function patchesOf(proxy: MeshProxy, push: PushContext): readonly Patch[] {
  if (push.envoyFilters.length === 0) return [];
  return filtersOf(proxy, push).flatMap(({ spec }) =>
    (spec?.configPatches ?? []).flatMap(({ applyTo, match, patch }): Patch[] => {
      if (!isAppliesTo(applyTo) || !isForProxy(match, proxy)) return [];
      const value = camelCased(patch?.value ?? {});
      return [
        {
          applyTo,
          operation: patch?.operation ?? "INVALID",
          context: text(match, "context") || "ANY",
          listener: child(match, "listener"),
          routeConfiguration: child(match, "routeConfiguration"),
          cluster: child(match, "cluster"),
          value: isFields(value) ? value : {},
        },
      ];
    }),
  );
}

function isForProxy(match: Fields | undefined, proxy: MeshProxy): boolean {
  const wanted = child(match, "proxy");
  const version = text(wanted, "proxyVersion");
  if (version && !safeTest(version, proxy.istioVersion)) return false;
  const metadata = child(wanted, "metadata") ?? {};
  return Object.entries(metadata).every(([key, value]) => proxy.metadata[key] === value);
}

function safeTest(expression: string, value: string): boolean {
  try {
    return new RegExp(expression).test(value);
  } catch {
    return false;
  }
}

export const inContext = (patch: Patch, context: PatchContext): boolean =>
  patch.context === "ANY" || patch.context === context;
