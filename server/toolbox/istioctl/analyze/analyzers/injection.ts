import { z } from "zod";
import {
  imageAutoError,
  imageAutoWarning,
  injectionEnabledByDefault,
  multipleInjectionLabels,
  namespaceNotInjected,
  podMissingProxy,
  proxyImageMismatch,
} from "../findings.ts";
import { INJECTION_LABEL, PROXY } from "../in-mesh.ts";
import { about, type Message } from "../message.ts";
import { fullName } from "../resource.ts";
import { matchesLabelSelector } from "../selectors.ts";
import type { PodSpec } from "../specs.ts";
import type { Analyzer, World } from "../world.ts";

const REVISION_LABEL = "istio.io/rev";
const MODE_LABEL = "istio.io/dataplane-mode";
const INJECT = "sidecar.istio.io/inject";

/** Labels of namespaces, and pods that should have a proxy and have none. */
export const injectionAnalyzer: Analyzer = {
  name: "injection.Analyzer",
  description: "Checks conditions related to Istio sidecar injection",
  inputs: ["Namespace", "Pod", "ConfigMap"],
  run: (world) => [...namespaceLabels(world), ...podsWithoutProxy(world)],
};

function namespaceLabels(world: World): Message[] {
  return world.namespaces.flatMap((namespace) => {
    const { name, labels } = namespace.metadata;
    if (name === "istio-system") return [];
    const messages: Message[] = [];
    const injection = labels[INJECTION_LABEL];
    const others = [REVISION_LABEL, MODE_LABEL].filter(
      (key) => labels[key] !== undefined && (injection === undefined || injection === "enabled"),
    );
    const found = [...(injection === undefined ? [] : [INJECTION_LABEL]), ...others];
    if (found.length > 1)
      messages.push(about(namespace, multipleInjectionLabels(found.map((key) => `${key}=${labels[key]}`))));
    if (labels[MODE_LABEL] === "ambient" || injection || labels[REVISION_LABEL] !== undefined)
      return messages;
    const finding = enabledByDefault(world) ? injectionEnabledByDefault() : namespaceNotInjected(name);
    return [...messages, about(namespace, finding, "metadata.name")];
  });
}

function podsWithoutProxy({ namespaces, pods }: World): Message[] {
  const injected = new Set(
    namespaces
      .filter(
        ({ metadata: { name, labels } }) => name !== "istio-system" && labels[INJECTION_LABEL] === "enabled",
      )
      .filter(({ metadata: { labels } }) => labels[MODE_LABEL] !== "ambient")
      .map(({ metadata }) => metadata.name),
  );
  return pods
    .filter(({ metadata: { namespace, labels, annotations }, spec }) => {
      if (!injected.has(namespace) || spec.hostNetwork) return false;
      return (labels[INJECT] ?? annotations[INJECT] ?? "").toLowerCase() !== "false";
    })
    .filter(({ spec }) => proxyImage(spec) === "")
    .map((pod) => about(pod, podMissingProxy(fullName(pod))));
}

const proxyImage = ({ containers, initContainers }: PodSpec): string =>
  [...containers, ...initContainers].find(({ name }) => name === PROXY)?.image ?? "";

const injectorValues = z.object({
  global: z
    .object({
      hub: z.string().default(""),
      tag: z.union([z.string(), z.number()]).default(""),
      proxy: z.object({ image: z.string().default("") }).default({ image: "" }),
    })
    .default({ hub: "", tag: "", proxy: { image: "" } }),
  sidecarInjectorWebhook: z
    .object({ enableNamespacesByDefault: z.boolean().default(false) })
    .default({ enableNamespacesByDefault: false }),
});
type InjectorValues = z.infer<typeof injectorValues>;

/** Values of the injector's ConfigMaps, by their names; what does not parse counts as absent. */
function injectors({ configMaps }: World): ReadonlyMap<string, InjectorValues> {
  const found = configMaps
    .filter(({ metadata }) => metadata.name.startsWith("istio-sidecar-injector"))
    .flatMap(({ metadata, spec }): [string, InjectorValues][] => {
      const values = parsed(spec.data.values ?? "");
      return values ? [[metadata.name, values]] : [];
    });
  return new Map(found);
}

function parsed(json: string): InjectorValues | undefined {
  try {
    return injectorValues.safeParse(JSON.parse(json)).data;
  } catch {
    return undefined;
  }
}

const enabledByDefault = (world: World): boolean =>
  injectors(world).get("istio-sidecar-injector")?.sidecarInjectorWebhook.enableNamespacesByDefault ?? false;

/** Pods whose proxy is of another release than the injector would give them. */
export const imageAnalyzer: Analyzer = {
  name: "injection.ImageAnalyzer",
  description: "Checks the image of auto-injection configured with the running proxies on pods",
  inputs: ["Namespace", "Pod", "ConfigMap", "ProxyConfig"],
  run(world) {
    const values = injectors(world);
    return world.namespaces.flatMap((namespace) => {
      const { name, labels } = namespace.metadata;
      const revision = labels[REVISION_LABEL];
      if (labels[INJECTION_LABEL] !== "enabled" && revision === undefined) return [];
      const suffix =
        revision === undefined || revision === "" || revision === "default" ? "" : `-${revision}`;
      const injector = values.get(`istio-sidecar-injector${suffix}`);
      if (!injector) return [];
      const wanted = imageOf(injector);
      const variant = world.meshConfig.defaultConfig?.image?.imageType || "";
      const accepted = [wanted, `${wanted}-${variant === "default" ? "" : variant}`];
      const different = world.pods
        .filter(({ metadata }) => metadata.namespace === name)
        .filter(({ metadata }) => !metadata.annotations["sidecar.istio.io/proxyImage"])
        .filter(({ spec }) => proxyImage(spec) !== "" && !accepted.includes(proxyImage(spec)))
        .map(({ metadata }) => metadata.name)
        .sort();
      return different.length > 0 ? [about(namespace, proxyImageMismatch(different))] : [];
    });
  },
};

function imageOf({ global: { hub, tag, proxy } }: InjectorValues): string {
  return proxy.image.includes("/") ? proxy.image : `${hub}/${proxy.image}:${tag}`;
}

/** `image: auto` is a placeholder that only the injector replaces. */
export const imageAutoAnalyzer: Analyzer = {
  name: "injection.ImageAutoAnalyzer",
  description: "Makes sure that Pods and Deployments with `image: auto` are going to be injected",
  inputs: ["Namespace", "Pod", "Deployment", "MutatingWebhookConfiguration"],
  run({ pods, deployments, namespaces, webhookConfigurations }) {
    const webhooks = webhookConfigurations.flatMap(({ spec }) =>
      spec.webhooks.filter(({ name }) => name.endsWith("istio.io")),
    );
    const broken = pods
      .filter(({ spec }) => isAuto(spec))
      .map((pod) => about(pod, imageAutoError("Pod", pod.metadata.name)));
    const missed = deployments
      .filter(({ metadata, spec: { template } }) => {
        if (!isAuto(template.spec)) return false;
        const own = namespaces.find(({ metadata: { name } }) => name === (metadata.namespace || "default"));
        return !webhooks.some(
          ({ namespaceSelector, objectSelector }) =>
            matchesLabelSelector(namespaceSelector, own?.metadata.labels ?? {}) &&
            matchesLabelSelector(objectSelector, template.metadata?.labels ?? {}),
        );
      })
      .map((deployment) => about(deployment, imageAutoWarning("Deployment", deployment.metadata.name)));
    return [...broken, ...missed];
  },
};

const isAuto = ({ containers }: PodSpec): boolean =>
  containers.some(({ name, image }) => name === PROXY && image === "auto");
