import type { KubeObject } from "../../apimachinery/index.ts";

export type Component = "Base" | "Pilot" | "IngressGateways" | "EgressGateways";

/** Labels that the installer puts on everything it makes, so that a later run finds and prunes it. */
export function owned(component: Component, version: string, object: KubeObject): KubeObject {
  return {
    ...object,
    metadata: {
      ...object.metadata,
      labels: {
        ...object.metadata.labels,
        "install.operator.istio.io/owning-resource": "unknown",
        "install.operator.istio.io/owning-resource-namespace": ISTIO_NAMESPACE,
        "istio.io/rev": "default",
        "operator.istio.io/component": component,
        "operator.istio.io/managed": "Reconcile",
        "operator.istio.io/version": version,
      },
    },
  };
}

export const ISTIO_NAMESPACE = "istio-system";
export const HUB = "docker.io/istio";
