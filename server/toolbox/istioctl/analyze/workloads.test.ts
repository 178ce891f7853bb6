import { expect, it } from "vitest";
import { analyzed, type Case } from "./testing/analyzed.ts";
import { namespace, pod, service, together } from "./testing/objects.ts";

const injector = (values: string) => `
apiVersion: v1
kind: ConfigMap
metadata: {name: istio-sidecar-injector, namespace: istio-system}
data: {values: '${values}'}`;

const deployment = (name: string, template: string) => `
apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}, namespace: shop}
spec: {template: ${template}}`;

const notInjected = (name: string) =>
  `Info [IST0102] (Namespace ${name}) The namespace is not enabled for Istio injection. Run 'kubectl label namespace ${name} istio-injection=enabled' to enable it, or 'kubectl label namespace ${name} istio-injection=disabled' to explicitly mark it as not needing injection.`;

const cases: Case[] = [
  {
    name: "IST0102 a namespace without a label; one that says no is left alone",
    yaml: together(
      namespace("plain", "{}"),
      namespace("off", "{istio-injection: disabled}"),
      namespace("istio-system", "{}"),
      namespace("revised", "{istio.io/rev: default}"),
    ),
    says: [notInjected("plain")],
  },
  {
    name: "IST0123 two kinds of labels",
    yaml: namespace("shop", "{istio-injection: enabled, istio.io/rev: canary}"),
    says: [
      "Warning [IST0123] (Namespace shop) The namespace has more than one type of injection labels [istio-injection=enabled istio.io/rev=canary], which may lead to undefined behavior. Make sure only one injection label exists.",
    ],
  },
  {
    name: "IST0148 a mesh that injects everywhere",
    yaml: together(
      namespace("plain", "{}"),
      injector('{"sidecarInjectorWebhook":{"enableNamespacesByDefault":true}}'),
    ),
    says: [
      "Info [IST0148] (Namespace plain) is enabled for Istio injection, as Istio is installed with enableNamespacesByDefault as true.",
    ],
  },
  {
    name: "IST0103 a pod from before the label; not one that declines",
    yaml: together(
      namespace("shop"),
      pod("old", "", "app"),
      pod("new"),
      pod("declines", ", sidecar.istio.io/inject: 'false'", "app"),
    ),
    says: [
      "Warning [IST0103] (Pod shop/old) The pod shop/old is missing the Istio proxy. This can often be resolved by restarting or redeploying the workload.",
    ],
  },
  {
    name: "IST0158 a proxy of an older release",
    yaml: together(
      namespace("shop"),
      injector('{"global":{"hub":"docker.io/istio","tag":"1.21.6","proxy":{"image":"proxyv2"}}}'),
      pod("web").replace(
        "name: istio-proxy, image: x",
        "name: istio-proxy, image: docker.io/istio/proxyv2:1.20.0",
      ),
      pod("api").replace(
        "name: istio-proxy, image: x",
        "name: istio-proxy, image: docker.io/istio/proxyv2:1.21.6",
      ),
    ),
    says: [
      "Warning [IST0158] (Namespace shop) The Istio proxy images of the pods running in the namespace do not match the image defined in the injection configuration (pod names: [web]). This often happens after upgrading the Istio control-plane and can be fixed by redeploying the pods.",
    ],
  },
  {
    name: "IST0146 and IST0147 the injector's placeholder where nobody injects",
    yaml: together(
      namespace("shop", "{istio-injection: disabled}"),
      deployment("gw", "{spec: {containers: [{name: istio-proxy, image: auto}]}}"),
      pod("gw").replace("name: istio-proxy, image: x", "name: istio-proxy, image: auto"),
      `
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: {name: istio-sidecar-injector}
webhooks:
- name: namespace.sidecar-injector.istio.io
  namespaceSelector: {matchLabels: {istio-injection: enabled}}`,
    ),
    says: [
      "Error [IST0147] (Pod shop/gw) Pod gw contains `image: auto` but does not match any Istio injection webhook selectors.",
      "Warning [IST0146] (Deployment shop/gw) Deployment gw contains `image: auto` but does not match any Istio injection webhook selectors.",
    ],
  },
  {
    name: "IST0118 a port whose name says nothing",
    yaml: together(
      service("web", "[{name: web, port: 80, targetPort: 8080}, {name: grpc-web, port: 81}, {port: 53}]"),
      service(
        "db",
        "[{name: x, port: 5432, appProtocol: tcp, targetPort: 5432}, {name: y, port: 1, protocol: UDP}]",
      ),
    ),
    says: [
      "Info [IST0118] (Service shop/web) Port name web (port: 80, targetPort: 8080) doesn't follow the naming convention of Istio port.",
    ],
  },
  {
    name: "IST0150 a TCP port of a name elsewhere",
    yaml: service("out", "[{name: tcp, port: 5432}]").replace("selector:", "type: ExternalName\n  selector:"),
    says: [
      "Warning [IST0150] (Service shop/out) Port name for ExternalName service is invalid. Proxy may prevent tcp named ports and unmatched traffic for ports serving TCP protocol from being forwarded correctly",
    ],
  },
  {
    name: "IST0116 one port with two protocols",
    yaml: together(
      namespace("shop"),
      deployment("web", "{metadata: {labels: {app: web}}, spec: {containers: [{name: app}]}}"),
      service("web", "[{name: http, port: 80, protocol: TCP}]"),
      service("web", "[{name: udp, port: 80, protocol: UDP}]").replace("name: web,", "name: web-udp,"),
    ),
    says: [
      "Warning [IST0116] (Deployment shop/web) This deployment web is associated with multiple services using port 80 but different protocols: [shop/web shop/web-udp]",
    ],
  },
  {
    name: "IST0137 one target port behind two ports",
    yaml: together(
      namespace("shop"),
      deployment("web", "{metadata: {labels: {app: web}}, spec: {containers: [{name: app}]}}"),
      service("web", "[{name: http, port: 80, targetPort: 8080}]"),
      service("web", "[{name: http, port: 81, targetPort: 8080}]").replace("name: web,", "name: web-2,"),
    ),
    says: [
      'Warning [IST0137] (Deployment shop/web) This deployment web is associated with multiple services [shop/web shop/web-2] using targetPort "8080" but different ports: [80 81].',
    ],
  },
  {
    name: "services of a deployment outside the mesh may do as they like",
    only: "deployment.",
    yaml: together(
      namespace("shop", "{}"),
      deployment("web", "{metadata: {labels: {app: web}}, spec: {containers: [{name: app}]}}"),
      service("web", "[{name: http, port: 80}, {name: udp, port: 80, protocol: UDP}]"),
    ),
    says: [],
  },
  {
    name: "IST0144 the proxy's own user",
    yaml: together(
      deployment("web", "{spec: {containers: [{name: app, securityContext: {runAsUser: 1337}}]}}"),
      deployment(
        "api",
        "{spec: {containers: [{name: istio-proxy, image: x, securityContext: {runAsUser: 1337}}]}}",
      ),
    ),
    says: ["Warning [IST0144] (Deployment shop/web) User ID (UID) 1337 is reserved for the sidecar proxy."],
  },
  {
    name: "IST0107, IST0108, IST0125 and IST0135 annotations",
    yaml: together(
      deployment("web", "{spec: {containers: [{name: app}]}}").replace(
        "namespace: shop",
        "namespace: shop, annotations: {sidecar.istio.io/inject: 'true', sidecar.istio.io/injekt: 'x', example.com/a: b}",
      ),
      pod("web").replace(
        "labels:",
        "annotations: {traffic.sidecar.istio.io/excludeInboundPorts: '80,http', sidecar.istio.io/status: '{}'}, labels:",
      ),
    ),
    says: [
      "Warning [IST0107] (Deployment shop/web) Misplaced annotation: sidecar.istio.io/inject can only be applied to Pod",
      "Warning [IST0108] (Deployment shop/web) Unknown annotation: sidecar.istio.io/injekt",
      "Warning [IST0125] (Pod shop/web) Invalid annotation traffic.sidecar.istio.io/excludeInboundPorts: excludeInboundPorts invalid: failed parsing port 'http': failed parsing port 'http': strconv.ParseUint: parsing \"http\": invalid syntax",
      'Info [IST0135] (Deployment shop/web) Annotation "sidecar.istio.io/inject" has been deprecated in favor of the "sidecar.istio.io/inject" label and may not work in future Istio versions.',
    ],
  },
  {
    name: "IST0139 webhooks that overlap, and one that nobody answers",
    yaml: ["a", "b"]
      .map(
        (name) => `
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: {name: ${name}}
webhooks:
- name: x.istio.io
  namespaceSelector: {matchLabels: {istio-injection: enabled}}
  clientConfig: {service: {namespace: shop, name: web-${name}}}`,
      )
      .concat(service("web-a"))
      .join("\n---\n"),
    says: [
      "Error [IST0139] (MutatingWebhookConfiguration a) Webhook overlaps with others: [b/x.istio.io]. This may cause injection to occur twice.",
      "Error [IST0139] (MutatingWebhookConfiguration b) Injector refers to a control plane service that does not exist: shop/web-b.",
      "Error [IST0139] (MutatingWebhookConfiguration b) Webhook overlaps with others: [a/x.istio.io]. This may cause injection to occur twice.",
    ],
  },
];

it.each(cases)("$name", ({ yaml, says, only }) => {
  expect(analyzed(yaml, { only })).toEqual(says);
});
