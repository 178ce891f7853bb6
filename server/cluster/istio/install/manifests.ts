import type { KubeObject } from "../../apimachinery/index.ts";
import { gatesFor, type IstioVersion } from "../versions.ts";
import { customResourceDefinitions } from "./crds/definitions.ts";
import { egressGateway, ingressGateway } from "./gateways.ts";
import { configMaps, istiodBudget, istiodDeployment, istiodServices } from "./istiod.ts";
import { type Component, ISTIO_NAMESPACE, owned } from "./labels.ts";
import { type ProfileName, profileNamed } from "./profile.ts";
import { istiodAccess, readerAccess } from "./rbac.ts";
import { mutatingWebhooks, validatingWebhooks } from "./webhooks.ts";

export interface ComponentManifest {
  readonly component: Component;
  readonly objects: readonly KubeObject[];
}

/** What a profile of a release puts into the cluster, component by component in the order of installation. */
export function manifestsFor(of: {
  readonly profile: ProfileName;
  readonly version: IstioVersion;
}): readonly ComponentManifest[] {
  const profile = profileNamed(of.profile);
  const gates = gatesFor(of.version);
  if (!profile.controlPlane) return [];
  const component = (name: Component, objects: readonly KubeObject[]): ComponentManifest => ({
    component: name,
    objects: objects.map((object) => owned(name, gates.version, object)),
  });
  return [
    component("Base", [
      ...customResourceDefinitions(gates),
      ...readerAccess(),
      ...validatingWebhooks().filter(({ metadata }) => metadata.name === "istiod-default-validator"),
    ]),
    component("Pilot", [
      ...istiodAccess(),
      ...configMaps(profile, gates),
      ...istiodServices(gates),
      ...mutatingWebhooks(),
      ...validatingWebhooks().filter(({ metadata }) => metadata.name !== "istiod-default-validator"),
      ...(gates.budgetForSingleReplica || profile.autoscale ? [istiodBudget()] : []),
      istiodDeployment(profile, gates),
    ]),
    ...(profile.egressGateway ? [component("EgressGateways", egressGateway(profile, gates))] : []),
    ...(profile.ingressGateway ? [component("IngressGateways", ingressGateway(profile, gates))] : []),
  ];
}

/** The installer makes the namespace itself, without its labels of ownership: uninstalling leaves it. */
export const istioNamespace: KubeObject = {
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name: ISTIO_NAMESPACE },
};
