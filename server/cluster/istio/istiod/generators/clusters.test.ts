import { describe, expect, it } from "vitest";
import { TYPE_URL } from "../../../xds/index.ts";
import { app, pushOf, sidecarOf, worldOf } from "../testing/world.ts";
import { generateClusters } from "./cds.ts";
import { generateEndpoints } from "./eds.ts";

const web = app("web", { ip: "10.42.0.10", targetPort: 8081 });
const history = app("history", { ip: "10.42.0.20" });
const HOST = "history.shop.svc.cluster.local";
const CLUSTER = `outbound|8080||${HOST}`;

describe("clusters and endpoints", () => {
  const rule = `
apiVersion: networking.istio.io/v1beta1
kind: DestinationRule
metadata: {name: history-dr, namespace: shop}
spec:
  host: history
  trafficPolicy:
    connectionPool: {tcp: {maxConnections: 1}, http: {http1MaxPendingRequests: 1, maxRequestsPerConnection: 1}}
    outlierDetection: {consecutive5xxErrors: 1, interval: 1s, baseEjectionTime: 3m, maxEjectionPercent: 100}
  subsets:
  - {name: v1, labels: {version: v1}}
  - {name: v2, labels: {version: v2}, trafficPolicy: {tls: {mode: DISABLE}}}
`;
  const clusters = (...texts: string[]) =>
    new Map(
      generateClusters(sidecarOf("web", "10.42.0.10"), pushOf(worldOf(web, history, ...texts))).map(
        (cluster) => [cluster.name, cluster],
      ),
    );

  it("lists services, fixed clusters and the application", () => {
    expect([...clusters().keys()]).toEqual([
      CLUSTER,
      "outbound|8080||web.shop.svc.cluster.local",
      "BlackHoleCluster",
      "PassthroughCluster",
      "inbound|8081||",
      "InboundPassthroughClusterIpv4",
    ]);
  });

  it("offers mutual TLS to endpoints that take it", () => {
    const [mutual, plain] = clusters().get(CLUSTER)?.transportSocketMatches ?? [];
    expect(mutual).toMatchObject({
      name: "tlsMode-istio",
      match: { tlsMode: "istio" },
      transportSocket: {
        typedConfig: {
          sni: `outbound_.8080_._.${HOST}`,
          commonTlsContext: {
            alpnProtocols: ["istio-peer-exchange", "istio"],
            combinedValidationContext: {
              defaultValidationContext: {
                matchSubjectAltNames: [{ exact: "spiffe://cluster.local/ns/shop/sa/history" }],
              },
            },
          },
        },
      },
    });
    expect(plain).toMatchObject({ name: "tlsMode-disabled", match: {} });
  });

  it("takes pools, ejection and TLS from the DestinationRule, the subset's over the rule's", () => {
    const all = clusters(rule);
    expect(all.get(CLUSTER)).toMatchObject({
      circuitBreakers: { thresholds: [{ maxConnections: 1, maxPendingRequests: 1 }] },
      outlierDetection: {
        consecutive5xx: 1,
        interval: "1s",
        baseEjectionTime: "180s",
        maxEjectionPercent: 100,
        enforcingSuccessRate: 0,
      },
      metadata: {
        filterMetadata: {
          istio: { config: "/apis/networking.istio.io/v1alpha3/namespaces/shop/destination-rule/history-dr" },
        },
      },
    });
    const v2 = all.get(`outbound|8080|v2|${HOST}`);
    expect(v2?.transportSocketMatches).toBeUndefined();
    expect(v2?.transportSocket).toBeUndefined();
    expect(v2?.metadata?.filterMetadata.istio?.subset).toBe("v2");
  });

  it("finds the endpoints of a subset and says who takes mutual TLS", () => {
    const push = pushOf(worldOf(web, history, rule));
    const endpoints = generateEndpoints(sidecarOf("web", "10.42.0.10"), push, [
      `outbound|8080|v1|${HOST}`,
      `outbound|8080|v2|${HOST}`,
    ]);
    expect(endpoints).toEqual([
      {
        "@type": TYPE_URL.endpoint,
        clusterName: `outbound|8080|v1|${HOST}`,
        endpoints: [
          {
            locality: {},
            lbEndpoints: [
              {
                endpoint: { address: { socketAddress: { address: "10.42.0.20", portValue: 8080 } } },
                metadata: {
                  filterMetadata: {
                    "envoy.transport_socket_match": { tlsMode: "istio" },
                    istio: { workload: "history-v1;shop;history;v1;Kubernetes" },
                  },
                },
                loadBalancingWeight: 1,
              },
            ],
            loadBalancingWeight: 1,
          },
        ],
      },
      { "@type": TYPE_URL.endpoint, clusterName: `outbound|8080|v2|${HOST}` },
    ]);
  });
});
