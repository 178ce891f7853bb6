import type { ContainerContext } from "../../container/index.ts";
import type { XdsNode } from "../../xds/index.ts";

export type Role = "sidecar" | "router";

/** Who the proxy says it is, from its environment (pkg/bootstrap/config.go). */
export function nodeOf(context: ContainerContext, role: Role): XdsNode {
  const { env, pod } = context;
  const labels = pod.labels();
  const name = env.POD_NAME ?? pod.name;
  const namespace = env.POD_NAMESPACE ?? pod.namespace;
  const ip = env.INSTANCE_IP || pod.ip;
  const { tracing } = proxyConfig(env);
  const metadata: Record<string, unknown> = {
    ...istioMeta(env),
    ANNOTATIONS: pod.annotations(),
    INSTANCE_IPS: ip,
    ISTIO_PROXY_SHA: "Clean",
    ISTIO_VERSION: istioVersion(context.image),
    LABELS: labels,
    NAME: name,
    NAMESPACE: namespace,
    NODE_NAME: env.ISTIO_META_NODE_NAME || pod.nodeName,
    PILOT_SAN: ["istiod.istio-system.svc"],
    PROXY_CONFIG: {
      discoveryAddress: discoveryAddress(env),
      serviceCluster: "istio-proxy",
      proxyAdminPort: 15000,
      statusPort: 15020,
      ...(tracing ? { tracing } : {}),
    },
    SERVICE_ACCOUNT: env.SERVICE_ACCOUNT ?? pod.serviceAccountName,
  };
  const workload = metadata.WORKLOAD_NAME;
  const canonical =
    labels["service.istio.io/canonical-name"] ??
    labels.app ??
    (typeof workload === "string" ? workload : name);
  return {
    id: `${role}~${ip}~${name}.${namespace}~${namespace}.svc.cluster.local`,
    cluster: `${canonical}.${namespace}`,
    metadata,
    userAgentName: "envoy",
    userAgentBuildVersion: buildVersion(istioVersion(context.image)),
  };
}

/** ISTIO_META_X becomes X; a value that is JSON of an object or a list is taken as such. */
function istioMeta(env: Readonly<Record<string, string>>): Record<string, unknown> {
  const metadata: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(env)) {
    const key = /^ISTIO_META_(.+)$/.exec(name)?.[1];
    if (key) metadata[key] = structured(value);
  }
  return metadata;
}

function structured(value: string): unknown {
  if (!/^\s*[[{]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

export function istioVersion(image: string): string {
  return /:([^:/@]+)(?:@|$)/.exec(image)?.[1]?.replace(/-(distroless|debug)$/, "") ?? "unknown";
}

/** PROXY_CONFIG may name another; the default is istiod of the mesh. */
export function discoveryAddress(env: Readonly<Record<string, string>>): string {
  const configured = /^discoveryAddress:\s*"?([^\s"]+)/m.exec(env.PROXY_CONFIG ?? "")?.[1];
  return configured ?? env.CA_ADDR ?? "istiod.istio-system.svc:15012";
}

// Envoy of each Istio minor, as `server_info` and `version` print it.
const ENVOY_MINORS: Readonly<Record<string, string>> = {
  "1.20": "1.28",
  "1.21": "1.29",
  "1.22": "1.30",
  "1.23": "1.31",
  "1.29": "1.37",
};

export function envoyVersion(istio: string): string {
  const minor = istio.split(".").slice(0, 2).join(".");
  return `practice/${ENVOY_MINORS[minor] ?? "1.29"}.0-dev/Clean/RELEASE/BoringSSL`;
}

/** The same as `config_dump` shows it in the bootstrap's node; the patch is not known. */
function buildVersion(istio: string): XdsNode["userAgentBuildVersion"] {
  const [sha = "", release = "", status = "", type = "", ssl = ""] = envoyVersion(istio).split("/");
  const [majorNumber, minorNumber] = release.split(".").map(Number);
  return {
    version: { majorNumber: majorNumber ?? 0, minorNumber: minorNumber ?? 0 },
    metadata: {
      "build.label": "dev",
      "build.type": type,
      "revision.sha": sha,
      "revision.status": status,
      "ssl.version": ssl,
    },
  };
}

const ZIPKIN_UNTIL = 21;

/**
 * Where spans go by PROXY_CONFIG, as the bootstrap has it. What equals the mesh's default is left out of PROXY_CONFIG;
 * until 1.21 that default was Jaeger's Zipkin port (release note drop-default-tracing).
 */
export function zipkinAddress(
  env: Readonly<Record<string, string>>,
  version: string,
): { readonly address: string; readonly portValue: number } | undefined {
  const configured = proxyConfig(env);
  const minor = Number(/^1\.(\d+)/.exec(version)?.[1] ?? 0);
  const tracing: unknown = configured.tracing;
  const fallback = minor <= ZIPKIN_UNTIL ? "zipkin.istio-system:9411" : undefined;
  const address = typeof tracing === "object" && tracing !== null ? zipkinOf(tracing) : fallback;
  const [, host, port] = /^(.+):(\d+)$/.exec(address ?? "") ?? [];
  return host && port ? { address: host, portValue: Number(port) } : undefined;
}

function zipkinOf(tracing: object): string | undefined {
  const zipkin: unknown = Reflect.get(tracing, "zipkin");
  const address: unknown =
    typeof zipkin === "object" && zipkin !== null ? Reflect.get(zipkin, "address") : undefined;
  return typeof address === "string" ? address : undefined;
}

/** The pod's own proxy settings. */
export function proxyConfig(env: Readonly<Record<string, string>>): Readonly<Record<string, unknown>> {
  const text = env.PROXY_CONFIG;
  const value = text === undefined ? undefined : structured(text);
  return typeof value === "object" && value !== null ? { ...value } : {};
}
