// Objects that tables of analyzers have in common, as YAML.

export const gatewayPod = `
apiVersion: v1
kind: Pod
metadata: {name: gw, namespace: istio-system, labels: {istio: ingressgateway}}
spec: {containers: [{name: istio-proxy, image: docker.io/istio/proxyv2:1.21.6}]}
---
apiVersion: v1
kind: Service
metadata: {name: istio-ingressgateway, namespace: istio-system, labels: {istio: ingressgateway}}
spec:
  selector: {istio: ingressgateway}
  ports:
  - {name: http2, port: 80, targetPort: 8080, protocol: TCP}
  - {name: https, port: 443, targetPort: 8443, protocol: TCP}
`;

export const namespace = (name: string, labels = "{istio-injection: enabled}"): string => `
apiVersion: v1
kind: Namespace
metadata: {name: ${name}, labels: ${labels}}
`;

export const service = (name: string, ports = "[{name: http, port: 8080, protocol: TCP}]"): string => `
apiVersion: v1
kind: Service
metadata: {name: ${name}, namespace: shop}
spec:
  selector: {app: ${name}}
  ports: ${ports}
`;

export const pod = (name: string, more = "", containers = "app istio-proxy"): string => `
apiVersion: v1
kind: Pod
metadata: {name: ${name}, namespace: shop, labels: {app: ${name}${more}}}
spec:
  containers:
${containers
  .split(" ")
  .map((container) => `  - {name: ${container}, image: x}`)
  .join("\n")}
`;

/** A rule for web with the given spec lines. */
export const rule = (name: string, spec: string): string => `
apiVersion: networking.istio.io/v1beta1
kind: VirtualService
metadata: {name: ${name}, namespace: shop}
spec:
${spec
  .trim()
  .split("\n")
  .map((line) => `  ${line}`)
  .join("\n")}
`;

export const together = (...documents: readonly string[]): string => documents.join("\n---\n");
