import type { ProxyConfig } from "../model/extensions.ts";
import type { MeshConfig } from "../push/mesh-config.ts";

/** What the injector takes from the `values` of ConfigMap istio-sidecar-injector. */
export interface InjectionValues {
  readonly hub: string;
  readonly tag: string;
  readonly image: string;
  readonly logLevel: string;
  readonly componentLogLevel: string;
  readonly resources: {
    readonly requests: Readonly<Record<string, string>>;
    readonly limits: Readonly<Record<string, string>>;
  };
  readonly readinessPeriodSeconds: number;
  readonly readinessFailureThreshold: number;
  readonly startupFailureThreshold: number;
  readonly rewriteAppHttpProbe: boolean;
  readonly holdApplicationUntilProxyStarts: boolean;
}

export interface InjectionSettings {
  readonly values: InjectionValues;
  readonly mesh: MeshConfig;
  /** The nodes can run restartable init containers and the release uses them. */
  readonly nativeSidecar: boolean;
  readonly proxyConfigs?: readonly ProxyConfig[];
  /** Whose istiod injects; empty for the default one. */
  readonly revision?: string;
}

type Fields = Readonly<Record<string, unknown>>;
const fields = (value: unknown): Fields =>
  typeof value === "object" && value !== null ? Object.fromEntries(Object.entries(value)) : {};

function strings(
  value: unknown,
  fallback: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const entries = Object.entries(fields(value)).filter(
    (entry): entry is [string, string] => typeof entry[1] === "string",
  );
  return entries.length > 0 ? Object.fromEntries(entries) : fallback;
}

/** Throws when the text is no JSON; missing fields get the chart's defaults. */
export function parseInjectionValues(json: string, release: string): InjectionValues {
  const root = fields(JSON.parse(json));
  const global = fields(root.global);
  const proxy = fields(global.proxy);
  const resources = fields(proxy.resources);
  const text = (value: unknown, fallback: string) =>
    typeof value === "string" && value !== "" ? value : fallback;
  const number = (value: unknown, fallback: number) => (typeof value === "number" ? value : fallback);
  return {
    hub: text(global.hub, "docker.io/istio"),
    tag: text(global.tag, release),
    image: text(proxy.image, "proxyv2"),
    logLevel: text(proxy.logLevel, "warning"),
    componentLogLevel: text(proxy.componentLogLevel, "misc:error"),
    resources: {
      requests: strings(resources.requests, { cpu: "100m", memory: "128Mi" }),
      limits: strings(resources.limits, { cpu: "2", memory: "1Gi" }),
    },
    readinessPeriodSeconds: number(proxy.readinessPeriodSeconds, 15),
    readinessFailureThreshold: number(proxy.readinessFailureThreshold, 4),
    startupFailureThreshold: number(fields(proxy.startupProbe).failureThreshold, 600),
    rewriteAppHttpProbe: fields(root.sidecarInjectorWebhook).rewriteAppHTTPProbe !== false,
    holdApplicationUntilProxyStarts: proxy.holdApplicationUntilProxyStarts === true,
  };
}
