import type {
  AccessLoggingSpec,
  MetricOverride,
  MetricsSpec,
  TagSource,
  Telemetry,
  TracingSpec,
  WorkloadMode,
} from "../model/telemetry.ts";
import { isAbout } from "./policy-selection.ts";
import type { MeshProxy } from "./proxy.ts";
import type { PushContext } from "./push-context.ts";

/** The side of a proxy: what it asks for others, or what its own workload is asked. */
export type Side = Exclude<WorkloadMode, "CLIENT_AND_SERVER">;

const about = (mode: WorkloadMode | undefined, side: Side): boolean =>
  mode === undefined || mode === "CLIENT_AND_SERVER" || mode === side;

const names = (providers: readonly { readonly name: string }[] | undefined): readonly string[] =>
  (providers ?? []).map(({ name }) => name);

const selects = ({ spec }: Telemetry): boolean =>
  Object.keys(spec?.selector?.matchLabels ?? {}).length > 0 ||
  (spec?.targetRefs?.length ?? 0) > 0 ||
  spec?.targetRef !== undefined;

/**
 * The Telemetry objects of a workload, the widest first: of the mesh, of the namespace, of the workload. In each of the
 * wider scopes the oldest counts. Follows pilot model/telemetry.go applicableTelemetries.
 */
export function telemetriesOf(proxy: MeshProxy, push: PushContext): readonly Telemetry[] {
  const { rootNamespace } = push.mesh;
  const wide = (namespace: string) =>
    push.telemetries.filter((one) => one.metadata.namespace === namespace && !selects(one)).slice(0, 1);
  const own = push.telemetries.filter(
    (one) => one.metadata.namespace === proxy.namespace && selects(one) && isAbout(one, proxy, push),
  );
  return [
    ...wide(rootNamespace),
    ...(proxy.namespace === rootNamespace ? [] : wide(proxy.namespace)),
    ...own,
  ];
}

export interface LoggingPlan {
  readonly provider: string;
  readonly disabled: boolean;
  readonly filter?: string;
}

/** Undefined: no Telemetry speaks of logs, the mesh configuration decides. Follows mergeLogs. */
export function accessLogging(
  telemetries: readonly Telemetry[],
  push: PushContext,
  side: Side,
): readonly LoggingPlan[] | undefined {
  const groups = telemetries.map(({ spec }) => spec?.accessLogging ?? []).filter((group) => group.length > 0);
  const defaults = push.mesh.defaultProviders.accessLogging;
  if (groups.length === 0)
    return defaults.length > 0 ? defaults.map((provider) => ({ provider, disabled: false })) : undefined;
  const filters = new Map<string, AccessLoggingSpec["filter"]>();
  let scope: readonly string[] = defaults;
  for (const group of groups) {
    const named = group.filter(({ match }) => about(match?.mode, side));
    for (const one of named) for (const name of names(one.providers)) filters.set(name, one.filter);
    const mentioned = named.flatMap(({ providers }) => names(providers));
    if (mentioned.length > 0) scope = mentioned;
  }
  const plans = new Map<string, LoggingPlan>();
  let parents: readonly string[] = defaults;
  for (const one of groups.flat()) {
    parents = one.providers?.length ? names(one.providers) : parents;
    if (!about(one.match?.mode, side)) continue;
    for (const provider of parents) {
      if (!scope.includes(provider)) continue;
      const filter =
        filters.get(provider)?.expression ?? (filters.has(provider) ? undefined : one.filter?.expression);
      plans.set(provider, {
        provider,
        disabled: one.disabled === true,
        ...(filter && one.disabled !== true ? { filter } : {}),
      });
    }
  }
  return [...plans.values()].sort((a, b) => a.provider.localeCompare(b.provider));
}

export interface TracingPlan {
  readonly provider?: string;
  readonly disabled: boolean;
  readonly sampling?: number;
  readonly customTags: Readonly<Record<string, TagSource>>;
  readonly enableIstioTags?: boolean;
  readonly useRequestId?: boolean;
}

/** Undefined: no Telemetry speaks of traces and no provider is the default: the mesh configuration decides. */
export function tracing(
  telemetries: readonly Telemetry[],
  push: PushContext,
  side: Side,
): TracingPlan | undefined {
  const specs = telemetries.flatMap(({ spec }): readonly TracingSpec[] => spec?.tracing ?? []);
  const [preset] = push.mesh.defaultProviders.tracing;
  if (specs.length === 0 && preset === undefined) return undefined;
  let plan: TracingPlan = { disabled: false, customTags: {}, ...(preset ? { provider: preset } : {}) };
  for (const spec of specs) {
    if (!about(spec.match?.mode, side)) continue;
    const [provider] = names(spec.providers);
    const { randomSamplingPercentage: sampling, disableSpanReporting: disabled, customTags } = spec;
    const { enableIstioTags, useRequestIdForTraceSampling: useRequestId } = spec;
    plan = {
      ...plan,
      ...(provider ? { provider } : {}),
      ...(typeof disabled === "boolean" ? { disabled } : {}),
      ...(customTags ? { customTags } : {}),
      ...(typeof sampling === "number" ? { sampling } : {}),
      ...(typeof enableIstioTags === "boolean" ? { enableIstioTags } : {}),
      ...(typeof useRequestId === "boolean" ? { useRequestId } : {}),
    };
  }
  return plan;
}

export interface MetricPlan {
  readonly metric: string;
  readonly drop: boolean;
  readonly remove: readonly string[];
  readonly dimensions: Readonly<Record<string, string>>;
}

/** `disabled`: the whole filter is left out. */
export interface MetricsPlan {
  readonly disabled: boolean;
  readonly overrides: readonly MetricPlan[];
}

const METRICS = [
  "GRPC_REQUEST_MESSAGES",
  "GRPC_RESPONSE_MESSAGES",
  "REQUEST_COUNT",
  "REQUEST_DURATION",
  "REQUEST_SIZE",
  "RESPONSE_SIZE",
  "TCP_CLOSED_CONNECTIONS",
  "TCP_OPENED_CONNECTIONS",
  "TCP_RECEIVED_BYTES",
  "TCP_SENT_BYTES",
] as const;

const isAll = ({ match }: MetricOverride): boolean =>
  match?.customMetric === undefined && (match?.metric === undefined || match.metric === "ALL_METRICS");

/** What Prometheus (the one provider of metrics here) is told of one side. Follows mergeMetrics. */
export function metrics(telemetries: readonly Telemetry[], push: PushContext, side: Side): MetricsPlan {
  const specs = telemetries.flatMap(({ spec }): readonly MetricsSpec[] => spec?.metrics ?? []);
  const isPrometheus = (name: string) =>
    push.mesh.providers.some((one) => one.name === name && one.kind === "prometheus");
  let scope = push.mesh.defaultProviders.metrics;
  for (const { providers } of specs) if (providers?.length) scope = names(providers);
  if (!scope.some(isPrometheus)) return { disabled: true, overrides: [] };
  let disabled = false;
  let parents = push.mesh.defaultProviders.metrics;
  const plans = new Map<string, MetricPlan>();
  for (const spec of specs) {
    parents = spec.providers?.length ? names(spec.providers) : parents;
    if (!parents.some((name) => scope.includes(name) && isPrometheus(name))) continue;
    for (const override of spec.overrides ?? []) {
      if (!about(override.match?.mode, side)) continue;
      disabled = isAll(override) && override.disabled === true;
      if (disabled) continue;
      for (const metric of isAll(override)
        ? METRICS
        : [override.match?.customMetric ?? override.match?.metric ?? ""])
        plans.set(metric, merged(plans.get(metric) ?? emptyPlan(metric), override));
    }
  }
  return disabled
    ? { disabled, overrides: [] }
    : { disabled, overrides: [...plans.values()].sort((a, b) => (a.metric < b.metric ? -1 : 1)) };
}

const emptyPlan = (metric: string): MetricPlan => ({ metric, drop: false, remove: [], dimensions: {} });

function merged(plan: MetricPlan, { disabled, tagOverrides = {} }: MetricOverride): MetricPlan {
  const remove = new Set(plan.remove);
  const dimensions = new Map(Object.entries(plan.dimensions));
  for (const [tag, { operation, value = "" }] of Object.entries(tagOverrides)) {
    if (operation === "REMOVE") {
      remove.add(tag);
      dimensions.delete(tag);
    } else {
      dimensions.set(tag, value);
      remove.delete(tag);
    }
  }
  return {
    ...plan,
    ...(typeof disabled === "boolean" ? { drop: disabled } : {}),
    remove: [...remove].sort(),
    dimensions: Object.fromEntries([...dimensions].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}
