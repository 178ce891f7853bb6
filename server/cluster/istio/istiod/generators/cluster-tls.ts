import type { Cluster } from "../../../xds/index.ts";
import { isHttp2 } from "../push/protocol.ts";
import type { PushContext } from "../push/push-context.ts";
import type { MeshPort, MeshService } from "../push/registry.ts";
import { takesMutualTls } from "./eds.ts";
import { clusterSni, spiffe } from "./names.ts";
import type { OutboundOptions } from "./outbound-options.ts";
import { outboundCustomTls, outboundMutualTls, plaintext } from "./tls-context.ts";

type Transport = Pick<Cluster, "transportSocket" | "transportSocketMatches">;

/**
 * How connections of an outbound cluster are made: what a DestinationRule says, else auto mTLS. Follows
 * pilot cluster_tls.go buildUpstreamTLSSettings and applyUpstreamTLSSettings.
 */
export function transportFor(options: OutboundOptions): Transport {
  const { service, port, policy, push, proxy } = options;
  const tls = policy.tls;
  const http2 = isHttp2(port.protocol);
  switch (tls?.mode) {
    case "DISABLE":
      return {};
    case "ISTIO_MUTUAL":
      return { transportSocket: meshTls(options, http2) };
    case "SIMPLE":
    case "MUTUAL":
      // A credentialName is for gateways, or for sidecars that the rule selects.
      if (tls.credentialName && proxy.type === "sidecar" && !options.rule?.hasWorkloadSelector) return {};
      return { transportSocket: outboundCustomTls(withSni(tls, service), http2) };
    default:
      return push.mesh.enableAutoMtls ? autoMtls(options, http2) : {};
  }
}

function withSni(tls: NonNullable<OutboundOptions["policy"]["tls"]>, service: MeshService): typeof tls {
  return tls.sni || service.kind === "kubernetes" || service.hostname.startsWith("*")
    ? tls
    : { ...tls, sni: service.hostname };
}

function autoMtls(options: OutboundOptions, http2: boolean): Transport {
  const { service, port, push } = options;
  if (service.external) return {};
  if (push.peerAuthentications.namespaceMode(service.namespace) === "DISABLE") return {};
  if (service.resolution === "passthrough") {
    // An address that was dialled carries no metadata to match, so all endpoints must agree.
    return everyEndpointTakesTls(service, port, push) ? { transportSocket: meshTls(options, http2) } : {};
  }
  return {
    transportSocketMatches: [
      { name: "tlsMode-istio", match: { tlsMode: "istio" }, transportSocket: meshTls(options, http2) },
      { name: "tlsMode-disabled", match: {}, transportSocket: plaintext },
    ],
  };
}

function everyEndpointTakesTls(service: MeshService, port: MeshPort, push: PushContext): boolean {
  const endpoints = (push.endpoints.get(service.hostname) ?? []).filter(
    (endpoint) => endpoint.portName === port.name,
  );
  return endpoints.length > 0 && endpoints.every((endpoint) => takesMutualTls(endpoint, push));
}

function meshTls({ service, port, subset, policy, push }: OutboundOptions, http2: boolean) {
  const named = policy.tls?.subjectAltNames;
  return outboundMutualTls({
    sni: policy.tls?.sni ?? clusterSni(port.port, subset, service.hostname),
    subjectAltNames: named?.length ? named : serviceIdentities(service, push),
    http2,
  });
}

/** The accounts that the service's endpoints run as: a server with any other certificate is not this service. */
function serviceIdentities(service: MeshService, push: PushContext): readonly string[] {
  const identities = new Set<string>();
  for (const { namespace, serviceAccount } of push.endpoints.get(service.hostname) ?? [])
    if (serviceAccount) identities.add(spiffe(push.mesh.trustDomain, namespace, serviceAccount));
  return [...identities, ...service.subjectAltNames].sort();
}
