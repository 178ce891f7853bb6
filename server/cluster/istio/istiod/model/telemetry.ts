import type { KubeObject } from "../../../apimachinery/index.ts";
import type { Selector, TargetReference } from "./security.ts";

/** Absent and CLIENT_AND_SERVER mean both sides. */
export type WorkloadMode = "CLIENT_AND_SERVER" | "CLIENT" | "SERVER";

interface Providers {
  readonly match?: { readonly mode?: WorkloadMode };
  readonly providers?: readonly { readonly name: string }[];
}

export interface TagSource {
  readonly literal?: { readonly value?: string };
  readonly environment?: { readonly name?: string; readonly defaultValue?: string };
  readonly header?: { readonly name?: string; readonly defaultValue?: string };
  /** As access logs have it. */
  readonly formatter?: { readonly value?: string };
}

export interface TracingSpec extends Providers {
  readonly randomSamplingPercentage?: number | null;
  readonly disableSpanReporting?: boolean | null;
  readonly customTags?: Readonly<Record<string, TagSource>>;
  readonly useRequestIdForTraceSampling?: boolean | null;
  readonly enableIstioTags?: boolean | null;
}

export interface AccessLoggingSpec extends Providers {
  readonly disabled?: boolean | null;
  readonly filter?: { readonly expression?: string };
}

export interface MetricOverride {
  readonly match?: {
    readonly metric?: string;
    readonly customMetric?: string;
    readonly mode?: WorkloadMode;
  };
  readonly disabled?: boolean | null;
  readonly tagOverrides?: Readonly<
    Record<string, { readonly operation?: "UPSERT" | "REMOVE"; readonly value?: string }>
  >;
}

export interface MetricsSpec {
  readonly providers?: readonly { readonly name: string }[];
  readonly overrides?: readonly MetricOverride[];
}

export interface Telemetry extends KubeObject {
  readonly spec?: {
    readonly selector?: Selector;
    readonly targetRef?: TargetReference;
    readonly targetRefs?: readonly TargetReference[];
    readonly tracing?: readonly TracingSpec[];
    readonly metrics?: readonly MetricsSpec[];
    readonly accessLogging?: readonly AccessLoggingSpec[];
  };
}
