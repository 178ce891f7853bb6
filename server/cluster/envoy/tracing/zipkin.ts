import type { FinishedSpan } from "./span.ts";

export interface LocalEndpoint {
  readonly serviceName: string;
  readonly ipv4: string;
}

/** Zipkin's v2 model as Envoy's JsonV2Serializer writes it (api: zipkin.io, POST /api/v2/spans). */
export function zipkinJson(spans: readonly FinishedSpan[], local: LocalEndpoint): object[] {
  return spans.map(({ context, name, kind, begun, duration, tags }) => ({
    traceId: context.traceId,
    id: context.spanId,
    ...(context.parentId ? { parentId: context.parentId } : {}),
    name,
    kind,
    timestamp: begun,
    duration,
    localEndpoint: { ...local, port: 0 },
    tags: Object.fromEntries(tags),
  }));
}
