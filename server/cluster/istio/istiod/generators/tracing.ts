import type { HttpConnectionManager } from "../../../xds/index.ts";
import type { TagSource } from "../model/telemetry.ts";
import { isFields } from "../push/mesh-fields.ts";
import { type ProxyTracing, proxyTracing } from "../push/mesh-tracing.ts";
import { type MeshProxy, proxyLabels, proxyPod } from "../push/proxy.ts";
import type { PushContext } from "../push/push-context.ts";
import { canonicalName, canonicalRevision, workloadName } from "../push/registry.ts";
import { type Side, type TracingPlan, telemetriesOf, tracing } from "../push/telemetry.ts";
import { tracerOf } from "./tracers.ts";

type Tracing = NonNullable<HttpConnectionManager["tracing"]>;
type CustomTags = NonNullable<Tracing["customTags"]>;

/**
 * Whether and how requests are traced. Without a word from Telemetry the bootstrap's tracer is used (where the release
 * has one); with one that names no provider, none is. Follows core/v1alpha3/tracing.go.
 */
export function tracingOf(
  proxy: MeshProxy,
  push: PushContext,
  side: Side,
): Pick<HttpConnectionManager, "tracing"> {
  const plan = tracing(telemetriesOf(proxy, push), push, side);
  const own = { ...push.mesh.tracing, ...podTracing(proxy) };
  const percent = plan?.sampling ?? own.sampling ?? push.traceSampling;
  const common: Tracing = {
    ...sampling(percent),
    customTags: customTags(plan, own, { proxy, push }),
    ...(own.maxPathTagLength ? { maxPathTagLength: own.maxPathTagLength } : {}),
  };
  if (!plan) return push.mesh.enableTracing ? { tracing: common } : {};
  const chosen = push.mesh.providers.find((one) => one.name === plan.provider);
  if (plan.disabled || (chosen?.kind !== "zipkin" && chosen?.kind !== "opentelemetry")) return {};
  const provider = tracerOf(chosen, proxy, push);
  if (!provider) return {};
  const spawns = push.gates.gatewaySpawnsUpstreamSpan && proxy.type === "router";
  return {
    tracing: {
      provider,
      ...common,
      ...(chosen.maxTagLength ? { maxPathTagLength: chosen.maxTagLength } : {}),
      ...(spawns ? { spawnUpstreamSpan: true } : {}),
    },
  };
}

/** Whether x-request-id carries the decision; only a Telemetry that traces may say no. */
export function usesRequestId(proxy: MeshProxy, push: PushContext, side: Side): boolean {
  return tracing(telemetriesOf(proxy, push), push, side)?.useRequestId ?? true;
}

/** What the pod's own annotation says, as its proxy tells. */
function podTracing({ metadata }: MeshProxy): ProxyTracing {
  const { PROXY_CONFIG: config } = metadata;
  return isFields(config) ? proxyTracing(config.tracing) : {};
}

function customTags(
  plan: TracingPlan | undefined,
  own: ProxyTracing,
  { proxy, push }: { readonly proxy: MeshProxy; readonly push: PushContext },
): CustomTags {
  const { istioTagsOptional, formattedTags } = push.gates;
  const istio = !istioTagsOptional || ((plan ? plan.enableIstioTags : own.enableIstioTags) ?? true);
  const told = Object.keys(plan?.customTags ?? {}).length > 0 ? plan?.customTags : own.customTags;
  const tags = [...(istio ? serviceTags(proxy, push) : []), ...ownTags(told ?? {}, formattedTags)];
  return tags.sort((a, b) => (a.tag < b.tag ? -1 : 1));
}

const sampling = (percent: number): Omit<Tracing, "customTags"> => ({
  clientSampling: { value: 100 },
  randomSampling: { value: percent },
  overallSampling: { value: 100 },
});

function serviceTags(proxy: MeshProxy, push: PushContext): CustomTags {
  const labels = proxyLabels(proxy, push);
  const pod = proxyPod(proxy, push);
  const tag = (name: string, value: string) => ({ tag: `istio.${name}`, literal: { value } });
  return [
    tag("canonical_revision", canonicalRevision(labels)),
    tag("canonical_service", canonicalName(labels, pod ? workloadName(pod) : proxy.name)),
    tag("mesh_id", push.mesh.trustDomain),
    tag("namespace", proxy.namespace),
    tag("cluster_id", proxy.clusterId),
  ];
}

function ownTags(tags: Readonly<Record<string, TagSource>>, formatted: boolean): CustomTags {
  return Object.entries(tags).flatMap(([tag, { literal, environment, header, formatter }]): CustomTags => {
    if (formatter) return formatted ? [{ tag, value: formatter.value ?? "" }] : [];
    if (literal) return [{ tag, literal: { value: literal.value ?? "" } }];
    const source = environment ?? header;
    if (!source) return [];
    const { name = "", defaultValue } = source;
    const value = { name, ...(defaultValue ? { defaultValue } : {}) };
    return [environment ? { tag, environment: value } : { tag, requestHeader: value }];
  });
}
