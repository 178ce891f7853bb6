import { load } from "js-yaml";
import { MAX_MESH_CONFIG_BYTES } from "../limits.ts";

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
}

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
};

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function child(fields: Fields, name: string): Fields {
  const value = fields[name];
  return isFields(value) ? value : {};
}

function text(fields: Fields, name: string): string | undefined {
  const value = fields[name];
  return typeof value === "string" ? value : undefined;
}

function flag(fields: Fields, name: string): boolean | undefined {
  const value = fields[name];
  return typeof value === "boolean" ? value : undefined;
}

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
  };
}
