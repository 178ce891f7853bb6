import { type EnvironmentVariable, proxyEnvironment, proxyVolumeMounts } from "../../proxy-container.ts";
import type { VersionGates } from "../../versions.ts";
import { canonicalQuantity } from "./overrides.ts";
import type { Container, PodToInject } from "./pod.ts";
import { appProbers } from "./probes.ts";
import type { InjectionSettings } from "./settings.ts";
import { userVolumes } from "./user-volumes.ts";

export interface InjectionContext {
  readonly pod: PodToInject;
  readonly namespace: string;
  readonly settings: InjectionSettings;
  readonly gates: VersionGates;
  /** Name of the Deployment (or other owner) that the pod belongs to. */
  readonly workload: string;
  readonly owner: string;
  readonly proxyConfig: Readonly<Record<string, unknown>>;
}

const annotation = ({ pod }: InjectionContext, name: string): string | undefined =>
  pod.metadata.annotations?.[name];

const statusPort = (context: InjectionContext) =>
  annotation(context, "status.sidecar.istio.io/port") ?? "15020";

function image(context: InjectionContext): string {
  const { hub, image: name, tag } = context.settings.values;
  const wanted = annotation(context, "sidecar.istio.io/proxyImage");
  return wanted ?? (name.includes("/") ? name : `${hub}/${name}:${tag}${variant(context, tag)}`);
}

/** ProxyConfig's image type: `-distroless`, `-debug`; none for `default`. */
function variant({ proxyConfig }: InjectionContext, tag: string): string {
  const { image: chosen } = proxyConfig;
  const type = typeof chosen === "object" && chosen !== null ? Reflect.get(chosen, "imageType") : undefined;
  if (typeof type !== "string" || type === "default" || tag.endsWith(`-${type}`)) return "";
  return `-${type}`;
}

function resources(context: InjectionContext): object {
  const { requests, limits } = context.settings.values.resources;
  const own = (cpu: string, memory: string) => ({
    ...quantity("cpu", annotation(context, cpu)),
    ...quantity("memory", annotation(context, memory)),
  });
  const asked = own("sidecar.istio.io/proxyCPU", "sidecar.istio.io/proxyMemory");
  const capped = own("sidecar.istio.io/proxyCPULimit", "sidecar.istio.io/proxyMemoryLimit");
  // A pod that says anything of its own gets exactly what it says (injection-template.yaml).
  if (Object.keys(asked).length + Object.keys(capped).length === 0) return { limits, requests };
  return {
    ...(Object.keys(capped).length > 0 ? { limits: capped } : {}),
    ...(Object.keys(asked).length > 0 ? { requests: asked } : {}),
  };
}

const quantity = (name: string, text: string | undefined) =>
  text === undefined ? {} : { [name]: canonicalQuantity(text) };

/** proxyMetadata of the pod's proxy.istio.io/config: variables of both containers. */
function metadataVariables({ proxyConfig }: InjectionContext): readonly EnvironmentVariable[] {
  const { proxyMetadata } = proxyConfig;
  if (typeof proxyMetadata !== "object" || proxyMetadata === null) return [];
  return Object.entries(proxyMetadata)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => ({ name, value: String(value) }));
}

export function initContainer(context: InjectionContext): Container {
  const traffic = (name: string) => annotation(context, `traffic.sidecar.istio.io/${name}`);
  const excluded = traffic("excludeInboundPorts");
  const outbound = traffic("includeOutboundPorts");
  const outboundExcluded = traffic("excludeOutboundPorts");
  const variables = metadataVariables(context);
  return {
    name: "istio-init",
    image: image(context),
    args: [
      "istio-iptables",
      "-p",
      "15001",
      "-z",
      "15006",
      "-u",
      "1337",
      "-m",
      annotation(context, "sidecar.istio.io/interceptionMode") ?? "REDIRECT",
      "-i",
      traffic("includeOutboundIPRanges") ?? "*",
      "-x",
      traffic("excludeOutboundIPRanges") ?? "",
      "-b",
      traffic("includeInboundPorts") ?? "*",
      "-d",
      `15090,15021,${excluded ? `${excluded},` : ""}${statusPort(context)}`,
      ...(outboundExcluded ? ["-o", outboundExcluded] : []),
      ...(outbound ? ["-q", outbound] : []),
      "--log_output_level=default:info",
    ],
    ...(variables.length > 0 && { env: variables }),
    resources: resources(context),
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: { add: ["NET_ADMIN", "NET_RAW"], drop: ["ALL"] },
      privileged: false,
      readOnlyRootFilesystem: false,
      runAsGroup: 0,
      runAsNonRoot: false,
      runAsUser: 0,
    },
  };
}

export function proxyContainer(context: InjectionContext): Container {
  const { pod } = context;
  const { values } = context.settings;
  const health = { path: "/healthz/ready", port: 15021 };
  const readiness = (name: string) => {
    const text = annotation(context, `readiness.status.sidecar.istio.io/${name}`);
    return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
  };
  const delay = readiness("initialDelaySeconds");
  return {
    name: "istio-proxy",
    image: image(context),
    args: [
      "proxy",
      "sidecar",
      "--domain",
      "$(POD_NAMESPACE).svc.cluster.local",
      `--proxyLogLevel=${annotation(context, "sidecar.istio.io/logLevel") ?? values.logLevel}`,
      `--proxyComponentLogLevel=${annotation(context, "sidecar.istio.io/componentLogLevel") ?? values.componentLogLevel}`,
      "--log_output_level=default:info",
    ],
    env: environment(context),
    ...(holdsApplication(context)
      ? { lifecycle: { postStart: { exec: { command: ["pilot-agent", "wait"] } } } }
      : {}),
    ...(context.settings.nativeSidecar
      ? {
          restartPolicy: "Always",
          lifecycle: {
            preStop: {
              exec: {
                command: ["pilot-agent", "request", `--debug-port=${statusPort(context)}`, "POST", "drain"],
              },
            },
          },
        }
      : {}),
    ports: [{ containerPort: 15090, name: "http-envoy-prom", protocol: "TCP" }],
    readinessProbe: {
      failureThreshold: readiness("failureThreshold") ?? values.readinessFailureThreshold,
      httpGet: health,
      ...(delay && { initialDelaySeconds: delay }),
      periodSeconds: readiness("periodSeconds") ?? values.readinessPeriodSeconds,
      timeoutSeconds: 3,
    },
    resources: resources(context),
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ["ALL"] },
      privileged: false,
      readOnlyRootFilesystem: true,
      runAsGroup: 1337,
      runAsNonRoot: true,
      runAsUser: 1337,
    },
    startupProbe: {
      failureThreshold: values.startupFailureThreshold,
      httpGet: health,
      periodSeconds: 1,
      timeoutSeconds: 3,
    },
    volumeMounts: [...proxyVolumeMounts(context.gates), ...userVolumes(pod, "userVolumeMount")],
  };
}

export function holdsApplication({ settings, proxyConfig }: InjectionContext): boolean {
  if (settings.nativeSidecar) return false;
  const own = proxyConfig.holdApplicationUntilProxyStarts;
  return typeof own === "boolean"
    ? own
    : settings.values.holdApplicationUntilProxyStarts || settings.mesh.holdApplicationUntilProxyStarts;
}

function environment(context: InjectionContext): readonly EnvironmentVariable[] {
  const { pod, gates, settings } = context;
  const probers = settings.values.rewriteAppHttpProbe ? appProbers(pod) : undefined;
  const prometheus = prometheusAnnotations(context);
  const apps = pod.spec.containers.map(({ name }) => name).join(",");
  return proxyEnvironment({
    gates,
    workload: context.workload,
    owner: context.owner,
    proxyConfig: `${JSON.stringify(context.proxyConfig)}\n`,
    trustDomain: settings.mesh.trustDomain,
    revision: settings.revision,
    middle: [
      { name: "ISTIO_META_POD_PORTS", value: podPorts(pod) },
      { name: "ISTIO_META_APP_CONTAINERS", ...(apps && { value: apps }) },
    ],
    after: [
      ...metadataVariables(context),
      ...(probers ? [{ name: "ISTIO_KUBE_APP_PROBERS", value: probers }] : []),
      ...(prometheus ? [{ name: "ISTIO_PROMETHEUS_ANNOTATIONS", value: prometheus }] : []),
    ],
  });
}

/** A JSON list spread over lines, as the template writes it. The API server has given pods of a webhook their protocol. */
function podPorts({ spec }: PodToInject): string {
  const ports = spec.containers.flatMap((container) => container.ports ?? []);
  if (ports.length === 0) return "[\n]";
  const lines = ports.map(({ name, containerPort, protocol }) =>
    JSON.stringify({ ...(name ? { name } : {}), containerPort, ...(protocol ? { protocol } : {}) }),
  );
  return `[\n    ${lines.join("\n    ,")}\n]`;
}

/** Where the application's own metrics are, before the pod's annotations point to the agent, which merges them. */
function prometheusAnnotations(context: InjectionContext): string | undefined {
  const scrape = annotation(context, "prometheus.io/scrape") ?? "";
  const path = annotation(context, "prometheus.io/path") ?? "";
  const port = annotation(context, "prometheus.io/port") ?? "";
  if (scrape === "false" || (!scrape && !path && !port)) return undefined;
  return JSON.stringify({ scrape, path, port });
}
