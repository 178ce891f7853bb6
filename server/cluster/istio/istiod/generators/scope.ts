import type { Sidecar } from "../model/networking.ts";
import { hostMatches, labelsMatch } from "../push/host-names.ts";
import { type MeshProxy, proxyLabels } from "../push/proxy.ts";
import { type PushContext, visibleServices } from "../push/push-context.ts";
import type { MeshService } from "../push/registry.ts";

/** The Sidecar object that rules a proxy: one that selects it, else its namespace's, else the root namespace's. */
export function sidecarOf(proxy: MeshProxy, push: PushContext): Sidecar | undefined {
  if (proxy.type === "router") return undefined;
  const labels = proxyLabels(proxy, push);
  const selector = (sidecar: Sidecar) => sidecar.spec.workloadSelector?.labels;
  const inNamespace = (namespace: string) =>
    push.sidecars.filter((sidecar) => sidecar.metadata.namespace === namespace);
  const own = inNamespace(proxy.namespace);
  return (
    own.find((sidecar) => selector(sidecar) && labelsMatch(selector(sidecar), labels)) ??
    own.find((sidecar) => !selector(sidecar)) ??
    inNamespace(push.mesh.rootNamespace).find((sidecar) => !selector(sidecar))
  );
}

/** Services a proxy is configured for. */
export function servicesFor(proxy: MeshProxy, push: PushContext): readonly MeshService[] {
  const visible = visibleServices(push, proxy.namespace);
  const egress = sidecarOf(proxy, push)?.spec.egress;
  if (!egress) return visible;
  const patterns = egress.flatMap(({ hosts }) => hosts.map((host) => host.split("/")));
  return visible.filter((service) =>
    patterns.some(([namespace = "*", host = "*"]) => {
      const wanted = namespace === "." ? proxy.namespace : namespace;
      if (wanted === "~") return false;
      return (wanted === "*" || wanted === service.namespace) && hostMatches(host, service.hostname);
    }),
  );
}

export function outboundPolicy(proxy: MeshProxy, push: PushContext): "ALLOW_ANY" | "REGISTRY_ONLY" {
  return sidecarOf(proxy, push)?.spec.outboundTrafficPolicy?.mode ?? push.mesh.outboundTrafficPolicy;
}
