import { describe, expect, it } from "vitest";
import type { KubeObject } from "../../kube/index.ts";
import { graphOf } from "../testing/input.ts";
import { peerAuthentication, requests, secured, shop, unsecured } from "../testing/shop.ts";

const gateway = "istio-ingressgateway.istio-system";
const webApi = "web-api.istioinaction";
const strict = peerAuthentication("istio-system", "default", { mtls: { mode: "STRICT" } });
const seen = {
  httpByDestination: [
    requests(gateway, webApi, { rate: 1, labels: secured }),
    requests("unknown", webApi, { rate: 1, labels: unsecured }),
  ],
};

async function reasonsAt(objects: readonly KubeObject[], source: string) {
  const graph = await graphOf(objects, seen);
  return {
    edge: graph.edges.find((edge) => edge.source.includes(source) && edge.target.endsWith("web-api"))?.reason,
    node: graph.nodes.find((node) => node.name === "web-api")?.reason,
  };
}

describe("reasons", () => {
  it("without a policy, the default lets both in", async () => {
    const { edge, node } = await reasonsAt(shop, "unknown");
    expect(node).toEqual({
      mode: "PERMISSIVE",
      scope: "default",
      destinationSidecar: true,
      sentence:
        "No PeerAuthentication applies, so Istio's default PERMISSIVE holds. Mutual TLS and plaintext both get in.",
    });
    expect(edge).toEqual({
      mode: "PERMISSIVE",
      scope: "default",
      sourceSidecar: false,
      destinationSidecar: true,
      sentence:
        "The caller has no sidecar and speaks plaintext, and web-api takes it. No PeerAuthentication applies, so Istio's default PERMISSIVE holds.",
    });
  });

  it("a mesh-wide STRICT is named at the workload, the outsider's edge and the gateway's", async () => {
    const outsider = await reasonsAt([...shop, strict], "unknown");
    expect(outsider.node).toEqual({
      mode: "STRICT",
      decidedBy: "istio-system/default",
      scope: "mesh",
      destinationSidecar: true,
      sentence:
        "PeerAuthentication istio-system/default says STRICT for the whole mesh. Only mutual TLS gets in.",
    });
    expect(outsider.edge?.sentence).toBe(
      "The caller has no sidecar and speaks plaintext; web-api refuses it. PeerAuthentication istio-system/default says STRICT for the whole mesh. What is still counted came before the policy.",
    );
    const member = await reasonsAt([...shop, strict], "ingressgateway");
    expect(member.edge).toMatchObject({
      sourceSidecar: true,
      sentence:
        "Both ends have a proxy, so the caller opens mutual TLS by itself. PeerAuthentication istio-system/default says STRICT for the whole mesh.",
    });
  });

  it("a DestinationRule that forbids TLS is named", async () => {
    const rule = {
      apiVersion: "networking.istio.io/v1beta1",
      kind: "DestinationRule",
      metadata: { name: "plain", namespace: "istioinaction" },
      spec: { host: "web-api", trafficPolicy: { tls: { mode: "DISABLE" } } },
    };
    const { edge } = await reasonsAt([...shop, strict, rule], "ingressgateway");
    expect(edge?.sentence).toBe(
      "DestinationRule istioinaction/plain tells callers not to use TLS, and web-api takes nothing else: the calls fail.",
    );
  });
});
