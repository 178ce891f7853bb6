import { proxyVolumes } from "../../proxy-container.ts";
import type { VersionGates } from "../../versions.ts";
import { canonicalName, canonicalRevision } from "../push/registry.ts";
import { holdsApplication, type InjectionContext, initContainer, proxyContainer } from "./containers.ts";
import { STATUS_ANNOTATION } from "./decide.ts";
import { OVERRIDES_ANNOTATION, overridden, overridesText, takeOverrides } from "./overrides.ts";
import type { Container, PodToInject } from "./pod.ts";
import { rewriteProbes } from "./probes.ts";
import { effectiveProxyConfig } from "./proxy-config.ts";
import type { InjectionSettings } from "./settings.ts";
import { userVolumes } from "./user-volumes.ts";

/** The pod with its sidecar. Pure: the pod given is not changed. */
export function injectSidecar(
  asked: PodToInject,
  of: {
    readonly namespace: string;
    readonly settings: InjectionSettings;
    readonly gates: VersionGates;
  },
): PodToInject {
  const { pod, overrides } = takeOverrides(asked);
  const settings = withPodChoice(pod, of.settings);
  const context: InjectionContext = {
    ...of,
    ...workloadOf(pod, of.namespace),
    pod,
    settings,
    proxyConfig: effectiveProxyConfig(pod, of.namespace, settings),
  };
  const said = overrides && [...overrides.containers, ...overrides.initContainers];
  const proxy = overridden(proxyContainer(context), said);
  const init = overridden(initContainer(context), said);
  const probed = (list: readonly Container[]) =>
    settings.values.rewriteAppHttpProbe ? rewriteProbes(list) : list;
  const apps = probed(pod.spec.containers);
  const native = settings.nativeSidecar;
  const inits = probed(pod.spec.initContainers ?? []);
  const volumes = [...proxyVolumes(of.gates), ...userVolumes(pod, "userVolume")];
  const containers = native ? apps : holdsApplication(context) ? [proxy, ...apps] : [...apps, proxy];
  return {
    ...pod,
    metadata: {
      ...pod.metadata,
      annotations: {
        ...annotations(context, { native, volumes: volumes.map(({ name }) => name) }),
        ...(overrides && { [OVERRIDES_ANNOTATION]: overridesText(overrides, native) }),
      },
      labels: labels(context),
    },
    spec: {
      ...pod.spec,
      containers,
      initContainers: native ? [init, proxy, ...inits] : [...inits, init],
      volumes: [...volumes, ...(pod.spec.volumes ?? [])],
    },
  };
}

function withPodChoice(pod: PodToInject, settings: InjectionSettings): InjectionSettings {
  const choice = pod.metadata.annotations?.["sidecar.istio.io/nativeSidecar"];
  const rewrite = pod.metadata.annotations?.["sidecar.istio.io/rewriteAppHTTPProbers"];
  return {
    ...settings,
    nativeSidecar: choice === undefined ? settings.nativeSidecar : choice === "true",
    values: {
      ...settings.values,
      rewriteAppHttpProbe: rewrite === undefined ? settings.values.rewriteAppHttpProbe : rewrite === "true",
    },
  };
}

const API_OF_OWNER: Readonly<Record<string, string>> = {
  Deployment: "apps/v1",
  ReplicaSet: "apps/v1",
  StatefulSet: "apps/v1",
  DaemonSet: "apps/v1",
  Job: "batch/v1",
  CronJob: "batch/v1",
};

/** The Deployment behind a ReplicaSet is known by its name: the hash is cut off. */
function workloadOf(
  pod: PodToInject,
  namespace: string,
): { readonly workload: string; readonly owner: string } {
  const owner = pod.metadata.ownerReferences?.find(({ controller }) => controller);
  const hash = pod.metadata.labels?.["pod-template-hash"];
  const path = (kind: string, name: string) =>
    `kubernetes://apis/${API_OF_OWNER[kind] ?? "v1"}/namespaces/${namespace}/${kind.toLowerCase()}s/${name}`;
  if (!owner) {
    const name = pod.metadata.name ?? (pod.metadata.generateName ?? "").replace(/-$/, "");
    return { workload: name, owner: path("Pod", name) };
  }
  if (owner.kind === "ReplicaSet" && hash && owner.name.endsWith(`-${hash}`)) {
    const name = owner.name.slice(0, -hash.length - 1);
    return { workload: name, owner: path("Deployment", name) };
  }
  return { workload: owner.name, owner: path(owner.kind, owner.name) };
}

function annotations(
  { pod, settings }: InjectionContext,
  added: { readonly native: boolean; readonly volumes: readonly string[] },
): Readonly<Record<string, string>> {
  const own = pod.metadata.annotations ?? {};
  const [first] = pod.spec.containers;
  const revision = settings.revision || "default";
  const status = {
    initContainers: added.native ? ["istio-init", "istio-proxy"] : ["istio-init"],
    containers: added.native ? null : ["istio-proxy"],
    volumes: added.volumes,
    imagePullSecrets: null,
    revision,
  };
  // The name with a dot is an old mistake that upstream's template still honours.
  const scrape = own["prometheus.io/scrape"] !== "false" && own["prometheus.io.scrape"] !== "false";
  return {
    ...own,
    "istio.io/rev": revision,
    ...(first
      ? {
          "kubectl.kubernetes.io/default-container":
            own["kubectl.kubernetes.io/default-container"] ?? first.name,
          "kubectl.kubernetes.io/default-logs-container":
            own["kubectl.kubernetes.io/default-logs-container"] ?? first.name,
        }
      : {}),
    ...(scrape
      ? {
          "prometheus.io/path": "/stats/prometheus",
          "prometheus.io/port": "15020",
          "prometheus.io/scrape": "true",
        }
      : {}),
    [STATUS_ANNOTATION]: JSON.stringify(status),
  };
}

/** Kubernetes' limit of a label's value. */
const LONGEST_LABEL = 63;

function labels({ pod, workload }: InjectionContext): Readonly<Record<string, string>> {
  const own = pod.metadata.labels ?? {};
  return {
    ...own,
    "security.istio.io/tlsMode": own["security.istio.io/tlsMode"] ?? "istio",
    "service.istio.io/canonical-name": canonicalName(own, workload)
      .slice(0, LONGEST_LABEL)
      .replace(/[-_.]+$/, ""),
    "service.istio.io/canonical-revision": canonicalRevision(own),
  };
}
