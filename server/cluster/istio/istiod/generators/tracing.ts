import { type HttpConnectionManager, TRACER_TYPE, type TracerProvider } from "../../../xds/index.ts";
import type { TagSource } from "../model/telemetry.ts";
import { type MeshProxy, proxyLabels, proxyPod } from "../push/proxy.ts";
import type { PushContext } from "../push/push-context.ts";
import { canonicalName, canonicalRevision, workloadName } from "../push/registry.ts";
import { type Side, telemetriesOf, tracing } from "../push/telemetry.ts";
import { outboundCluster } from "./names.ts";

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
  const meshSampling = push.mesh.sampling ?? push.traceSampling;
  if (!plan) {
    if (!push.mesh.enableTracing) return {};
    return { tracing: { ...sampling(meshSampling), customTags: serviceTags(proxy, push) } };
  }
  const provider = plan.provider === undefined ? undefined : tracer(plan.provider, push);
  if (plan.disabled || !provider) return {};
  const tags = [...serviceTags(proxy, push), ...ownTags(plan.customTags)];
  return {
    tracing: {
      provider,
      ...sampling(plan.sampling ?? meshSampling),
      customTags: tags.sort((a, b) => (a.tag < b.tag ? -1 : 1)),
    },
  };
}

const sampling = (percent: number): Omit<Tracing, "customTags"> => ({
  clientSampling: { value: 100 },
  randomSampling: { value: percent },
  overallSampling: { value: 100 },
});

/** A provider without a collector in the mesh traces nothing, as upstream's (with a line in istiod's log). */
function tracer(name: string, push: PushContext): TracerProvider | undefined {
  const provider = push.mesh.providers.find((one) => one.name === name);
  if (provider?.kind !== "zipkin") return undefined;
  const host = provider.service.split("/").at(-1) ?? "";
  const service = push.services.find(({ hostname }) => hostname === host);
  if (!service?.ports.some(({ port }) => port === provider.port)) return undefined;
  return {
    name: "envoy.tracers.zipkin",
    typedConfig: {
      "@type": TRACER_TYPE.zipkin,
      collectorCluster: outboundCluster(provider.port, "", host),
      collectorEndpoint: "/api/v2/spans",
      collectorEndpointVersion: "HTTP_JSON",
      collectorHostname: host,
      traceId128bit: true,
      sharedSpanContext: false,
    },
  };
}

function serviceTags(proxy: MeshProxy, push: PushContext): CustomTags {
  const labels = proxyLabels(proxy, push);
  const pod = proxyPod(proxy, push);
  const tag = (name: string, value: string) => ({ tag: `istio.${name}`, literal: { value } });
  return [
    tag("canonical_revision", canonicalRevision(labels)),
    tag("canonical_service", canonicalName(labels, pod ? workloadName(pod) : proxy.name)),
    tag("mesh_id", push.mesh.trustDomain),
    tag("namespace", proxy.namespace),
  ];
}

function ownTags(tags: Readonly<Record<string, TagSource>>): CustomTags {
  return Object.entries(tags).flatMap(([tag, { literal, environment, header }]): CustomTags => {
    if (literal) return [{ tag, literal: { value: literal.value ?? "" } }];
    const source = environment ?? header;
    if (!source) return [];
    const { name = "", defaultValue } = source;
    const value = { name, ...(defaultValue ? { defaultValue } : {}) };
    return [environment ? { tag, environment: value } : { tag, requestHeader: value }];
  });
}
