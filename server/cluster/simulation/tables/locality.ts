import { simulate } from "../table.ts";

const rule = (policy: string) => `
apiVersion: networking.istio.io/v1beta1
kind: DestinationRule
metadata: {name: catalog, namespace: shop}
spec:
  host: catalog
  trafficPolicy: ${policy}`;

const OUTLIERS =
  "outlierDetection: {consecutive5xxErrors: 1, interval: 1s, baseEjectionTime: 60s, maxEjectionPercent: 100}";
const to = "http://catalog/";
const fail = { to: "http://catalog/status/500" };

// shopper-v1 stands in west/a, as does catalog-v1; catalog-v2 in west/b, catalog-v3 in east/a.
simulate("Locality load balancing", [
  {
    name: "without outlier detection all places share the traffic",
    config: rule("{loadBalancer: {localityLbSetting: {enabled: true}}}"),
    calls: [
      { to, times: 60, shares: { "catalog-v1": [5, 40], "catalog-v2": [5, 40], "catalog-v3": [5, 40] } },
    ],
  },
  {
    name: "with it the nearest place gets all; when it fails, its region, then the others",
    config: rule(`{${OUTLIERS}}`),
    calls: [
      { to, times: 10, shares: { "catalog-v1": [10, 10] } },
      { ...fail, expect: { by: "catalog-v1", status: 500 } },
      { to, times: 10, shares: { "catalog-v2": [10, 10] } },
      { ...fail, expect: { by: "catalog-v2", status: 500 } },
      { to, times: 10, shares: { "catalog-v3": [10, 10] } },
    ],
  },
  {
    name: "switched off: everywhere again",
    config: rule(`{${OUTLIERS}, loadBalancer: {localityLbSetting: {enabled: false}}}`),
    calls: [
      { to, times: 60, shares: { "catalog-v1": [5, 40], "catalog-v2": [5, 40], "catalog-v3": [5, 40] } },
    ],
  },
  {
    name: "distribute: shares by place",
    config: rule(
      '{loadBalancer: {localityLbSetting: {distribute: [{from: "west/a/*", to: {"west/a/*": 80, "east/*": 20}}]}}}',
    ),
    calls: [{ to, times: 100, shares: { "catalog-v1": [68, 92], "catalog-v3": [8, 32] } }],
  },
  {
    name: "distribute from elsewhere does not concern this client",
    config: rule(
      '{loadBalancer: {localityLbSetting: {distribute: [{from: "east/*", to: {"east/*": 100}}]}}}',
    ),
    calls: [
      { to, times: 60, shares: { "catalog-v1": [5, 40], "catalog-v2": [5, 40], "catalog-v3": [5, 40] } },
    ],
  },
  {
    name: "failoverPriority: labels in their order",
    config: rule(
      `{${OUTLIERS}, loadBalancer: {localityLbSetting: {failoverPriority: ["version=v3", "topology.kubernetes.io/region"]}}}`,
    ),
    calls: [
      { to, times: 10, shares: { "catalog-v3": [10, 10] } },
      { ...fail, expect: { by: "catalog-v3" } },
      { to, times: 40, shares: { "catalog-v1": [5, 35], "catalog-v2": [5, 35] } },
    ],
  },
  {
    name: "retryRemoteLocalities: after two tries a retry goes to another place",
    config: `${rule("{outlierDetection: {consecutive5xxErrors: 50}}")}
---
apiVersion: networking.istio.io/v1beta1
kind: VirtualService
metadata: {name: catalog, namespace: shop}
spec:
  hosts: [catalog]
  http:
  - match: [{uri: {prefix: /near}}]
    retries: {attempts: 3, retryOn: 5xx}
    route: [{destination: {host: catalog}}]
  - retries: {attempts: 3, retryOn: 5xx, retryRemoteLocalities: true}
    route: [{destination: {host: catalog}}]`,
    calls: [
      { to: "http://catalog/near", headers: { "x-fail": "2" }, expect: { status: 200, by: "catalog-v1" } },
      { to: "http://catalog/far", headers: { "x-fail": "2" }, expect: { status: 200, by: "catalog-v2" } },
    ],
  },
  {
    name: "the mesh's setting counts where a rule has none",
    config: rule(`{${OUTLIERS}}`),
    mesh: "localityLbSetting: {enabled: false}",
    calls: [
      { to, times: 60, shares: { "catalog-v1": [5, 40], "catalog-v2": [5, 40], "catalog-v3": [5, 40] } },
    ],
  },
]);
