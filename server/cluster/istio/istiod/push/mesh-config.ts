import { load } from "js-yaml";
import { MAX_MESH_CONFIG_BYTES } from "../limits.ts";
import type { LocalityLbSetting } from "../model/networking.ts";
import type { LabelSelector } from "./discovery-selectors.ts";
import { child, type Fields, flag, isFields, list, strings, text } from "./mesh-fields.ts";
import { type ProxyTracing, proxyTracing, type TracingProvider, tracingProvider } from "./mesh-tracing.ts";

/** The settings of the mesh that the practice istiod honours. */
export interface MeshConfig {
  readonly rootNamespace: string;
  readonly trustDomain: string;
  readonly accessLogFile: string;
  readonly accessLogFormat: string;
  readonly accessLogEncoding: "TEXT" | "JSON";
  readonly outboundTrafficPolicy: "ALLOW_ANY" | "REGISTRY_ONLY";
  readonly enableAutoMtls: boolean;
  readonly connectTimeout: string;
  readonly enableTracing: boolean;
  /** Default proxy settings: what injected sidecars start with. */
  readonly discoveryAddress: string;
  readonly zipkinAddress: string | undefined;
  readonly holdApplicationUntilProxyStarts: boolean;
  readonly providers: readonly ExtensionProvider[];
  readonly defaultProviders: DefaultProviders;
  readonly localityLbSetting: LocalityLbSetting;
  readonly discoverySelectors: readonly LabelSelector[];
  /** What proxies are told of traces where neither Telemetry nor the pod says otherwise. */
  readonly tracing: ProxyTracing;
}

/** Names of providers that count where no Telemetry says otherwise. */
export interface DefaultProviders {
  readonly accessLogging: readonly string[];
  readonly tracing: readonly string[];
  readonly metrics: readonly string[];
}

export interface LogFormat {
  readonly text?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** Where logs, spans and metrics go. A kind that the practice cluster has no such thing for is `unsupported`. */
export type ExtensionProvider =
  | { readonly kind: "file-log"; readonly name: string; readonly path: string; readonly format: LogFormat }
  | TracingProvider
  | { readonly kind: "prometheus"; readonly name: string }
  | { readonly kind: "unsupported"; readonly name: string };

/** Every mesh has these two (pkg/config/mesh DefaultMeshConfig). */
const BUILT_IN: readonly ExtensionProvider[] = [
  { kind: "prometheus", name: "prometheus" },
  { kind: "file-log", name: "envoy", path: "/dev/stdout", format: {} },
];

export const defaultMeshConfig: MeshConfig = {
  rootNamespace: "istio-system",
  trustDomain: "cluster.local",
  accessLogFile: "",
  accessLogFormat: "",
  accessLogEncoding: "TEXT",
  outboundTrafficPolicy: "ALLOW_ANY",
  enableAutoMtls: true,
  connectTimeout: "10s",
  enableTracing: true,
  discoveryAddress: "istiod.istio-system.svc:15012",
  zipkinAddress: undefined,
  holdApplicationUntilProxyStarts: false,
  providers: BUILT_IN,
  defaultProviders: { accessLogging: [], tracing: [], metrics: ["prometheus"] },
  localityLbSetting: { enabled: true },
  discoverySelectors: [],
  tracing: {},
};

/** Reads the `mesh` key of ConfigMap istio. Throws on text that is no YAML mapping; the caller keeps what it had. */
export function parseMeshConfig(yaml: string): MeshConfig {
  if (yaml.length > MAX_MESH_CONFIG_BYTES) throw new Error("mesh configuration is too large");
  const parsed: unknown = load(yaml) ?? {};
  if (!isFields(parsed)) throw new Error("mesh configuration is not a mapping");
  const proxy = child(parsed, "defaultConfig");
  const mode = text(child(parsed, "outboundTrafficPolicy"), "mode");
  const defaults = defaultMeshConfig;
  return {
    rootNamespace: text(parsed, "rootNamespace") ?? defaults.rootNamespace,
    trustDomain: text(parsed, "trustDomain") ?? defaults.trustDomain,
    accessLogFile: text(parsed, "accessLogFile") ?? defaults.accessLogFile,
    accessLogFormat: text(parsed, "accessLogFormat") ?? defaults.accessLogFormat,
    accessLogEncoding: text(parsed, "accessLogEncoding") === "JSON" ? "JSON" : "TEXT",
    outboundTrafficPolicy: mode === "REGISTRY_ONLY" ? "REGISTRY_ONLY" : "ALLOW_ANY",
    enableAutoMtls: flag(parsed, "enableAutoMtls") ?? defaults.enableAutoMtls,
    connectTimeout: text(parsed, "connectTimeout") ?? defaults.connectTimeout,
    enableTracing: flag(parsed, "enableTracing") ?? defaults.enableTracing,
    discoveryAddress: text(proxy, "discoveryAddress") ?? defaults.discoveryAddress,
    zipkinAddress: text(child(child(proxy, "tracing"), "zipkin"), "address"),
    holdApplicationUntilProxyStarts:
      flag(proxy, "holdApplicationUntilProxyStarts") ?? defaults.holdApplicationUntilProxyStarts,
    providers: providersOf(parsed.extensionProviders),
    defaultProviders: defaultProvidersOf(child(parsed, "defaultProviders")),
    localityLbSetting: isFields(parsed.localityLbSetting)
      ? localitySetting(parsed.localityLbSetting)
      : defaults.localityLbSetting,
    discoverySelectors: list(parsed.discoverySelectors).filter(isFields).map(labelSelector),
    tracing: proxyTracing(proxy.tracing),
  };
}

function labelSelector(fields: Fields): LabelSelector {
  return {
    matchLabels: strings(child(fields, "matchLabels")),
    matchExpressions: list(fields.matchExpressions)
      .filter(isFields)
      .map((one) => ({
        key: text(one, "key") ?? "",
        operator: text(one, "operator") ?? "",
        values: list(one.values).filter((value) => typeof value === "string"),
      })),
  };
}

function localitySetting(fields: Fields): LocalityLbSetting {
  const pairs = (name: string) =>
    list(fields[name])
      .filter(isFields)
      .map((one) => ({ from: text(one, "from") ?? "", to: text(one, "to") ?? "" }));
  const weights = (value: unknown): Readonly<Record<string, number>> =>
    Object.fromEntries(
      Object.entries(isFields(value) ? value : {}).filter(
        (entry): entry is [string, number] => typeof entry[1] === "number",
      ),
    );
  const distribute = list(fields.distribute)
    .filter(isFields)
    .map((one) => ({ from: text(one, "from") ?? "", to: weights(one.to) }));
  const priority = list(fields.failoverPriority).filter((one) => typeof one === "string");
  return {
    enabled: flag(fields, "enabled") ?? true,
    ...(distribute.length > 0 ? { distribute } : {}),
    ...(pairs("failover").length > 0 ? { failover: pairs("failover") } : {}),
    ...(priority.length > 0 ? { failoverPriority: priority } : {}),
  };
}

function defaultProvidersOf(fields: Fields): DefaultProviders {
  const names = (name: string) => list(fields[name]).filter((one) => typeof one === "string");
  return {
    accessLogging: names("accessLogging"),
    tracing: names("tracing"),
    metrics: fields.metrics === undefined ? defaultMeshConfig.defaultProviders.metrics : names("metrics"),
  };
}

function providersOf(value: unknown): readonly ExtensionProvider[] {
  const own = list(value).filter(isFields).map(providerOf);
  const named = new Set(own.map(({ name }) => name));
  return [...BUILT_IN.filter(({ name }) => !named.has(name)), ...own];
}

function providerOf(fields: Fields): ExtensionProvider {
  const name = text(fields, "name") ?? "";
  if (isFields(fields.envoyFileAccessLog)) {
    const { envoyFileAccessLog: log } = fields;
    const format = child(log, "logFormat");
    const pattern = text(format, "text");
    const labels = isFields(format.labels) ? strings(format.labels) : undefined;
    return {
      kind: "file-log",
      name,
      path: text(log, "path") ?? "/dev/stdout",
      format: { ...(pattern ? { text: pattern } : {}), ...(labels ? { labels } : {}) },
    };
  }
  const tracer = tracingProvider(name, fields);
  if (tracer) return tracer;
  if (isFields(fields.prometheus)) return { kind: "prometheus", name };
  return { kind: "unsupported", name };
}
