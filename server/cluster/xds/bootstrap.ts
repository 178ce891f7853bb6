import type { XdsNode } from "./ads.ts";
import type { Cluster } from "./cluster.ts";
import type { Address, ConfigSource } from "./core.ts";
import type { Listener } from "./listener.ts";
import type { Secret } from "./tls.ts";
import type { TracerProvider } from "./tracing.ts";

export const BOOTSTRAP_TYPE = "type.googleapis.com/envoy.config.bootstrap.v3.Bootstrap";

/** What the proxy starts with, written by its agent; `/config_dump` shows it as it is. */
export interface Bootstrap {
  readonly "@type"?: typeof BOOTSTRAP_TYPE;
  readonly node: XdsNode;
  readonly staticResources: {
    readonly listeners: readonly Omit<Listener, "@type">[];
    readonly clusters: readonly Omit<Cluster, "@type">[];
    readonly secrets?: readonly Secret[];
  };
  readonly dynamicResources: {
    readonly ldsConfig: ConfigSource;
    readonly cdsConfig: ConfigSource;
    readonly adsConfig: NonNullable<ConfigSource["apiConfigSource"]>;
  };
  readonly admin: { readonly address: Address; readonly profilePath?: string };
  readonly tracing?: { readonly http: TracerProvider };
  readonly statsConfig?: {
    readonly useAllDefaultTags?: boolean;
    /** Absent: every statistic is kept. */
    readonly statsMatcher?: {
      readonly inclusionList: {
        readonly patterns: readonly {
          readonly prefix?: string;
          readonly suffix?: string;
          readonly safeRegex?: { readonly regex: string };
        }[];
      };
    };
  };
  readonly layeredRuntime?: { readonly layers: readonly unknown[] };
}
