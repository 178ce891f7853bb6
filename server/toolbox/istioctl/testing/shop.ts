/** A small shop in the mesh: a front behind the ingress gateway, a back with subsets, and policies. */
export const SHOP = `
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
---
${["front", "back"].map(app).join("---\n")}
---
apiVersion: networking.istio.io/v1beta1
kind: Gateway
metadata: {name: front, namespace: shop}
spec:
  selector: {istio: ingressgateway}
  servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: [shop.example]}]
---
apiVersion: networking.istio.io/v1beta1
kind: VirtualService
metadata: {name: front, namespace: shop}
spec:
  hosts: [shop.example]
  gateways: [front]
  http: [{route: [{destination: {host: front, port: {number: 8080}}}]}]
---
apiVersion: networking.istio.io/v1beta1
kind: DestinationRule
metadata: {name: back, namespace: shop}
spec:
  host: back.shop.svc.cluster.local
  trafficPolicy: {loadBalancer: {simple: RANDOM}}
  subsets: [{name: v1, labels: {version: v1}}, {name: v2, labels: {version: v2}}]
---
apiVersion: networking.istio.io/v1beta1
kind: VirtualService
metadata: {name: back, namespace: shop}
spec:
  hosts: [back.shop.svc.cluster.local]
  http:
  - match: [{uri: {prefix: /new}, headers: {canary: {exact: "true"}}}]
    route: [{destination: {host: back.shop.svc.cluster.local, subset: v2}}]
  - route:
    - {destination: {host: back.shop.svc.cluster.local, subset: v1}, weight: 90}
    - {destination: {host: back.shop.svc.cluster.local, subset: v2}, weight: 10}
---
apiVersion: security.istio.io/v1beta1
kind: PeerAuthentication
metadata: {name: default, namespace: istio-system}
spec: {mtls: {mode: STRICT}}
---
apiVersion: security.istio.io/v1beta1
kind: PeerAuthentication
metadata: {name: back, namespace: shop}
spec: {selector: {matchLabels: {app: back}}, mtls: {mode: STRICT}, portLevelMtls: {9090: {mode: DISABLE}}}
---
apiVersion: security.istio.io/v1beta1
kind: AuthorizationPolicy
metadata: {name: front, namespace: shop}
spec:
  selector: {matchLabels: {app: front}}
  rules: [{from: [{source: {namespaces: [istio-system]}}]}, {to: [{operation: {methods: [GET]}}]}]
---
apiVersion: security.istio.io/v1beta1
kind: AuthorizationPolicy
metadata: {name: never, namespace: shop}
spec:
  selector: {matchLabels: {app: front}}
  action: DENY
  rules: [{to: [{operation: {paths: [/admin], ports: ["8080"]}}]}]
`;

function app(name: string): string {
  return `
apiVersion: v1
kind: Service
metadata: {name: ${name}, namespace: shop}
spec: {selector: {app: ${name}}, ports: [{name: http, port: 8080, protocol: TCP, targetPort: 8080}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}, namespace: shop}
spec:
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}, version: v1}}
    spec:
      containers:
      - name: ${name}
        image: nicholasjackson/fake-service:v0.7.8
        ports: [{containerPort: 8080}]
        env: [{name: LISTEN_ADDR, value: "0.0.0.0:8080"}]
`;
}
