import { load } from "js-yaml";
import type { ProxyConfig } from "../model/extensions.ts";
import { labelsMatch } from "../push/host-names.ts";
import type { PodToInject } from "./pod.ts";
import type { InjectionSettings } from "./settings.ts";

export type ProxySettings = Readonly<Record<string, unknown>>;

/**
 * What a pod's proxy starts with, beside the mesh's defaults: ProxyConfigs of the mesh, of the namespace, the pod's own
 * annotation, ProxyConfigs that select the pod; later ones win. Follows model/proxy_config.go EffectiveProxyConfig.
 */
export function effectiveProxyConfig(
  pod: PodToInject,
  namespace: string,
  { mesh, proxyConfigs = [] }: InjectionSettings,
): ProxySettings {
  const of = (place: string, selecting: boolean) =>
    proxyConfigs
      .filter(({ metadata, spec }) => {
        const labels = spec?.selector?.matchLabels ?? {};
        const selects = Object.keys(labels).length > 0;
        if (metadata.namespace !== place || selects !== selecting) return false;
        return labelsMatch(labels, pod.metadata.labels ?? {});
      })
      .map(settingsOf);
  const { rootNamespace } = mesh;
  return [
    ...of(rootNamespace, false),
    ...(namespace === rootNamespace ? [] : of(namespace, false)),
    annotated(pod),
    ...of(namespace, true),
  ].reduce(merged);
}

function settingsOf({ spec = {} }: ProxyConfig): ProxySettings {
  const { concurrency, environmentVariables, image } = spec;
  return {
    ...(typeof concurrency === "number" ? { concurrency } : {}),
    ...(environmentVariables ? { proxyMetadata: environmentVariables } : {}),
    ...(image?.imageType ? { image: { imageType: image.imageType } } : {}),
  };
}

/** Environment variables are joined by name, anything else is replaced. */
function merged(under: ProxySettings, over: ProxySettings): ProxySettings {
  const metadata = [under.proxyMetadata, over.proxyMetadata].filter(
    (value) => typeof value === "object" && value !== null,
  );
  return {
    ...under,
    ...over,
    ...(metadata.length > 0 ? { proxyMetadata: Object.assign({}, ...metadata) } : {}),
  };
}

/** Annotation proxy.istio.io/config: YAML of the pod's author. Text that is none counts as empty. */
function annotated(pod: PodToInject): ProxySettings {
  const text = pod.metadata.annotations?.["proxy.istio.io/config"];
  if (!text) return {};
  const parsed: unknown = load(text);
  return typeof parsed === "object" && parsed !== null ? Object.fromEntries(Object.entries(parsed)) : {};
}
