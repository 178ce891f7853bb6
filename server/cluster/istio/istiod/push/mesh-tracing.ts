import type { TagSource } from "../model/telemetry.ts";
import { child, type Fields, flag, isFields, list, number, text } from "./mesh-fields.ts";

/** `tracing` of a proxy's settings, the mesh's or the pod's own. */
export interface ProxyTracing {
  /** Percent of requests that start a trace. */
  readonly sampling?: number;
  readonly maxPathTagLength?: number;
  readonly customTags?: Readonly<Record<string, TagSource>>;
  readonly enableIstioTags?: boolean;
}

export function proxyTracing(value: unknown): ProxyTracing {
  if (!isFields(value)) return {};
  const sampling = number(value, "sampling");
  const maxPathTagLength = number(value, "maxPathTagLength");
  const enableIstioTags = flag(value, "enableIstioTags");
  const tags = Object.entries(child(value, "customTags")).flatMap(([tag, source]) =>
    isFields(source) ? [[tag, tagSource(source)] as const] : [],
  );
  return {
    // More than 100 counts as 1, 0 as not said (tracing.go proxyConfigSamplingValue).
    ...(sampling ? { sampling: sampling > 100 ? 1 : sampling } : {}),
    ...(maxPathTagLength ? { maxPathTagLength } : {}),
    ...(tags.length > 0 ? { customTags: Object.fromEntries(tags) } : {}),
    ...(enableIstioTags === undefined ? {} : { enableIstioTags }),
  };
}

function tagSource(source: Fields): TagSource {
  const named = (kind: "environment" | "header"): TagSource => {
    const name = text(child(source, kind), "name") ?? "";
    const defaultValue = text(child(source, kind), "defaultValue");
    return { [kind]: { name, ...(defaultValue ? { defaultValue } : {}) } };
  };
  if (isFields(source.environment)) return named("environment");
  if (isFields(source.header)) return named("header");
  return { literal: { value: text(child(source, "literal"), "value") ?? "" } };
}

interface Collector {
  readonly name: string;
  readonly service: string;
  readonly port: number;
  readonly maxTagLength?: number;
}

export interface HttpCollector {
  readonly path: string;
  /** Go's or protobuf's spelling: `10s`. */
  readonly timeout?: string;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
}

/** Where a mesh's spans may go (MeshConfig.ExtensionProvider). */
export type TracingProvider =
  | (Collector &
      HttpCollector & {
        readonly kind: "zipkin";
        readonly traceId64: boolean;
        readonly w3c: boolean;
      })
  | (Collector & {
      readonly kind: "opentelemetry";
      /** Absent: gRPC, with what `grpc` says. */
      readonly http?: HttpCollector;
      readonly grpc?: HttpCollector;
    });

/** Undefined: a provider of something else. */
export function tracingProvider(name: string, fields: Fields): TracingProvider | undefined {
  const collector = (own: Fields): Collector => {
    const maxTagLength = number(own, "maxTagLength");
    return {
      name,
      service: text(own, "service") ?? "",
      port: number(own, "port") ?? 0,
      ...(maxTagLength ? { maxTagLength } : {}),
    };
  };
  const { zipkin, opentelemetry } = fields;
  if (isFields(zipkin))
    return {
      kind: "zipkin",
      ...collector(zipkin),
      ...overHttp(zipkin, "headers"),
      traceId64: flag(zipkin, "enable64bitTraceId") ?? flag(zipkin, "enable64BitTraceId") ?? false,
      w3c: text(zipkin, "traceContextOption") === "USE_B3_WITH_W3C_PROPAGATION",
    };
  if (!isFields(opentelemetry)) return undefined;
  const { http, grpc } = opentelemetry;
  return {
    kind: "opentelemetry",
    ...collector(opentelemetry),
    ...(isFields(http) ? { http: overHttp(http, "headers") } : {}),
    ...(isFields(grpc) ? { grpc: overHttp(grpc, "initialMetadata") } : {}),
  };
}

/** A header from an environment variable is empty: istiod's own environment has none of the user's. */
function overHttp(fields: Fields, headers: string): HttpCollector {
  const timeout = text(fields, "timeout");
  return {
    path: text(fields, "path") ?? "",
    ...(timeout ? { timeout } : {}),
    headers: list(fields[headers])
      .filter(isFields)
      .map((one) => ({ name: text(one, "name") ?? "", value: text(one, "value") ?? "" })),
  };
}
