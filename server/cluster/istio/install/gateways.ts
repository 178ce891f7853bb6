import type { KubeObject } from "../../apimachinery/index.ts";
import { proxyEnvironment, proxyVolumeMounts, proxyVolumes } from "../proxy-container.ts";
import type { VersionGates } from "../versions.ts";
import { disruptionBudget } from "./istiod.ts";
import { HUB, ISTIO_NAMESPACE } from "./labels.ts";
import type { Profile } from "./profile.ts";
import { secretReader, serviceAccount } from "./rbac.ts";

interface GatewayKind {
  readonly name: "istio-ingressgateway" | "istio-egressgateway";
  readonly role: "ingressgateway" | "egressgateway";
  readonly component: "IngressGateways" | "EgressGateways";
  readonly serviceType: "LoadBalancer" | "ClusterIP";
  readonly ports: readonly { readonly name: string; readonly port: number; readonly targetPort: number }[];
}

const HTTP_PORTS = [
  { name: "http2", port: 80, targetPort: 8080 },
  { name: "https", port: 443, targetPort: 8443 },
] as const;

function ingress(profile: Profile): GatewayKind {
  return {
    name: "istio-ingressgateway",
    role: "ingressgateway",
    component: "IngressGateways",
    serviceType: "LoadBalancer",
    ports: [
      { name: "status-port", port: 15021, targetPort: 15021 },
      ...HTTP_PORTS,
      ...(profile.extraIngressPorts
        ? [
            { name: "tcp", port: 31400, targetPort: 31400 },
            { name: "tls", port: 15443, targetPort: 15443 },
          ]
        : []),
    ],
  };
}

const egress: GatewayKind = {
  name: "istio-egressgateway",
  role: "egressgateway",
  component: "EgressGateways",
  serviceType: "ClusterIP",
  ports: HTTP_PORTS,
};

export function ingressGateway(profile: Profile, gates: VersionGates): readonly KubeObject[] {
  return gateway(ingress(profile), profile, gates);
}

export function egressGateway(profile: Profile, gates: VersionGates): readonly KubeObject[] {
  return gateway(egress, profile, gates);
}

function gateway(kind: GatewayKind, profile: Profile, gates: VersionGates): readonly KubeObject[] {
  const selector = { app: kind.name, istio: kind.role };
  const labels = { ...selector, release: "istio" };
  const account = `${kind.name}-service-account`;
  return [
    serviceAccount(account, labels),
    ...secretReader(`${kind.name}-sds`, account, { release: "istio" }),
    ...(gates.budgetForSingleReplica || profile.autoscale ? [disruptionBudget(kind.name, selector)] : []),
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: kind.name, namespace: ISTIO_NAMESPACE, labels },
      spec: {
        type: kind.serviceType,
        selector,
        ports: kind.ports.map((port) => ({ ...port, protocol: "TCP" })),
      },
    },
    deployment({ kind, profile, gates }),
  ];
}

function deployment(of: {
  readonly kind: GatewayKind;
  readonly profile: Profile;
  readonly gates: VersionGates;
}): KubeObject {
  const { kind, profile } = of;
  const selector = { app: kind.name, istio: kind.role };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: kind.name, namespace: ISTIO_NAMESPACE, labels: { ...selector, release: "istio" } },
    spec: {
      ...(profile.autoscale ? {} : { replicas: 1 }),
      selector: { matchLabels: selector },
      strategy: { rollingUpdate: { maxSurge: "100%", maxUnavailable: "25%" } },
      template: {
        metadata: {
          labels: {
            ...selector,
            chart: "gateways",
            heritage: "Tiller",
            "install.operator.istio.io/owning-resource": "unknown",
            "istio.io/rev": "default",
            "operator.istio.io/component": kind.component,
            release: "istio",
            "service.istio.io/canonical-name": kind.name,
            "service.istio.io/canonical-revision": "latest",
            "sidecar.istio.io/inject": "false",
          },
          annotations: {
            "istio.io/rev": "default",
            "prometheus.io/path": "/stats/prometheus",
            "prometheus.io/port": "15020",
            "prometheus.io/scrape": "true",
            "sidecar.istio.io/inject": "false",
          },
        },
        spec: {
          serviceAccountName: `${kind.name}-service-account`,
          securityContext: { runAsGroup: 1337, runAsNonRoot: true, runAsUser: 1337 },
          containers: [container(of)],
          volumes: [
            ...proxyVolumes(of.gates),
            { name: "config-volume", configMap: { name: "istio", optional: true } },
            { name: `${kind.role}-certs`, secret: { secretName: `${kind.name}-certs`, optional: true } },
            {
              name: `${kind.role}-ca-certs`,
              secret: { secretName: `${kind.name}-ca-certs`, optional: true },
            },
          ],
        },
      },
    },
  };
}

function container({
  kind,
  profile,
  gates,
}: {
  readonly kind: GatewayKind;
  readonly profile: Profile;
  readonly gates: VersionGates;
}): object {
  const ports = kind.ports.map((port) => port.targetPort).filter((port) => port !== 15021);
  return {
    name: "istio-proxy",
    image: `${HUB}/proxyv2:${gates.version}`,
    args: [
      "proxy",
      "router",
      "--domain",
      "$(POD_NAMESPACE).svc.cluster.local",
      "--proxyLogLevel=warning",
      "--proxyComponentLogLevel=misc:error",
      "--log_output_level=default:info",
    ],
    ports: [
      ...[15021, ...ports].map((containerPort) => ({ containerPort, protocol: "TCP" })),
      { name: "http-envoy-prom", containerPort: 15090, protocol: "TCP" },
    ],
    readinessProbe: {
      failureThreshold: 30,
      httpGet: { path: "/healthz/ready", port: 15021, scheme: "HTTP" },
      initialDelaySeconds: 1,
      periodSeconds: 2,
      successThreshold: 1,
      timeoutSeconds: 1,
    },
    resources: { requests: profile.gatewayRequests, limits: { cpu: "2", memory: "1Gi" } },
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ["ALL"] },
      privileged: false,
      readOnlyRootFilesystem: true,
    },
    env: proxyEnvironment({
      gates,
      workload: kind.name,
      owner: `kubernetes://apis/apps/v1/namespaces/${ISTIO_NAMESPACE}/deployments/${kind.name}`,
      middle: [{ name: "ISTIO_META_UNPRIVILEGED_POD", value: "true" }],
    }),
    volumeMounts: [
      ...proxyVolumeMounts(gates),
      { name: "config-volume", mountPath: "/etc/istio/config" },
      { name: `${kind.role}-certs`, mountPath: `/etc/istio/${kind.role}-certs`, readOnly: true },
      { name: `${kind.role}-ca-certs`, mountPath: `/etc/istio/${kind.role}-ca-certs`, readOnly: true },
    ],
  };
}
