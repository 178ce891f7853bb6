import type { KubeObject } from "../../apimachinery/index.ts";
import type { VersionGates } from "../versions.ts";

export type Component = "Base" | "Pilot" | "IngressGateways" | "EgressGateways";

/** Labels that the installer puts on everything it makes, so that a later run finds and prunes it. */
export function owned(
  component: Component,
  { tag, revision }: { readonly tag: string; readonly revision: string },
  object: KubeObject,
): KubeObject {
  return {
    ...object,
    metadata: {
      ...object.metadata,
      labels: {
        ...object.metadata.labels,
        "install.operator.istio.io/owning-resource": revision
          ? `installed-state-${revision}`
          : "installed-state",
        "install.operator.istio.io/owning-resource-namespace": ISTIO_NAMESPACE,
        "istio.io/rev": revision || "default",
        "operator.istio.io/component": component,
        "operator.istio.io/managed": "Reconcile",
        "operator.istio.io/version": tag,
      },
    },
  };
}

export const ISTIO_NAMESPACE = "istio-system";
export const HUB = "docker.io/istio";

/** Labels that the charts themselves give; definitions come as they are. */
export function ofChart(
  component: Component,
  { revision }: { readonly revision: string },
  object: KubeObject,
): KubeObject {
  if (object.kind === "CustomResourceDefinition") return object;
  const labels = {
    ...object.metadata.labels,
    "install.operator.istio.io/owning-resource": "unknown",
    "istio.io/rev": revision || "default",
    "operator.istio.io/component": component,
  };
  return { ...object, metadata: { ...object.metadata, labels } };
}

/** Names of what every revision has for itself: the default one has them plain. */
export const ofRevision = (name: string, revision: string) => (revision ? `${name}-${revision}` : name);

/** Ambient mode leaves Istio's own pods alone; the older releases say so by an annotation of istiod. */
export const notAmbient = ({ dataplaneModeLabel }: VersionGates): Readonly<Record<string, string>> =>
  dataplaneModeLabel ? { "istio.io/dataplane-mode": "none" } : {};
