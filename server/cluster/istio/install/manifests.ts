import type { KubeObject } from "../../apimachinery/index.ts";
import { customResourceDefinitions } from "./crds/definitions.ts";
import { egressGateway, ingressGateway } from "./gateways.ts";
import { configMaps, istiodDeployment, istiodScale, istiodServices } from "./istiod.ts";
import { type Component, ISTIO_NAMESPACE, ofChart, owned } from "./labels.ts";
import { istiodAccess, readerAccess } from "./rbac.ts";
import type { InstallSettings } from "./settings.ts";
import { at } from "./tree.ts";
import { defaultValidatorWebhook, injectorWebhook, tagWebhook, validatorWebhook } from "./webhooks.ts";

export interface ComponentManifest {
  readonly component: Component;
  readonly objects: readonly KubeObject[];
}

export interface ManifestOptions {
  /**
   * Whether this installation is what namespaces and objects get that name no revision. Then the tag `default` points at
   * it and its own webhook sleeps (operator/pkg/helmreconciler ProcessDefaultWebhook).
   */
  readonly isDefault: boolean;
  /** As charts are rendered: without what the installer adds to know its own again. */
  readonly asCharts?: boolean;
}

/** What an installation puts into the cluster, component by component in the order of installation. */
export function manifestsFor(
  settings: InstallSettings,
  { isDefault, asCharts }: ManifestOptions,
): readonly ComponentManifest[] {
  const { enabled } = settings;
  const component = (name: Component, wanted: boolean, objects: () => readonly KubeObject[]) =>
    wanted
      ? [
          {
            component: name,
            objects: objects().map((object) => (asCharts ? ofChart : owned)(name, settings, object)),
          },
        ]
      : [];
  return [
    ...component("Base", enabled.base, () => [
      ...customResourceDefinitions(settings.gates),
      ...readerAccess(settings.gates.version),
    ]),
    ...component("Pilot", enabled.pilot, () => [
      ...istiodAccess(settings.gates.version, settings.revision),
      ...configMaps(settings),
      ...istiodServices(settings),
      injectorWebhook(settings, !isDefault),
      ...(validates(settings) ? [validatorWebhook(settings)] : []),
      ...istiodScale(settings),
      istiodDeployment(settings),
      ...(isDefault ? defaultTagWebhooks(settings) : []),
    ]),
    ...component("EgressGateways", enabled.egress, () => egressGateway(settings)),
    ...component("IngressGateways", enabled.ingress, () => ingressGateway(settings)),
  ];
}

const validates = ({ values }: InstallSettings) => at(values, "global", "configValidation") !== false;

/** What makes an installation the one for namespaces and objects that name no revision. */
export function defaultTagWebhooks(settings: InstallSettings): readonly KubeObject[] {
  const validator = validates(settings) ? [defaultValidatorWebhook(settings)] : [];
  return [tagWebhook(settings, "default"), ...validator];
}

/** The installer makes the namespace itself, without its labels of ownership: uninstalling leaves it. */
export const istioNamespace: KubeObject = {
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name: ISTIO_NAMESPACE },
};
