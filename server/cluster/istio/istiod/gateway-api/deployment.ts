import type { KubeObject } from "../../../apimachinery/index.ts";
import { proxyEnvironment, proxyVolumeMounts, proxyVolumes } from "../../proxy-container.ts";
import type { VersionGates } from "../../versions.ts";
import type { InjectionSettings } from "../injection/settings.ts";
import type { KubeGateway } from "../model/gateway-api.ts";
import { GROUP } from "./names.ts";

const NAME_LABEL = "gateway.networking.k8s.io/gateway-name";
const SERVICE_TYPE = "networking.istio.io/service-type";

export interface DeploymentContext {
  readonly settings: InjectionSettings;
  readonly gates: VersionGates;
}

/** The proxies of a Gateway and the service in front of them (files/kube-gateway.yaml). */
export function gatewayWorkload(gateway: KubeGateway, context: DeploymentContext): readonly KubeObject[] {
  const { name = "", namespace = "", uid = "" } = gateway.metadata;
  const own = `${name}-${gateway.spec.gatewayClassName}`;
  const { labels: infrastructure = {}, annotations = {} } = gateway.spec.infrastructure ?? {};
  const labels = { ...infrastructure, [NAME_LABEL]: name, "istio.io/gateway-name": name };
  const metadata = {
    name: own,
    namespace,
    labels,
    ...(Object.keys(annotations).length > 0 ? { annotations } : {}),
    ownerReferences: [{ apiVersion: `${GROUP}/v1beta1`, kind: "Gateway", name, uid }],
  };
  const podMetadata = {
    annotations: {
      ...annotations,
      "istio.io/rev": "default",
      "prometheus.io/path": "/stats/prometheus",
      "prometheus.io/port": "15020",
      "prometheus.io/scrape": "true",
    },
    labels: {
      "sidecar.istio.io/inject": "false",
      "service.istio.io/canonical-name": own,
      "service.istio.io/canonical-revision": "latest",
      ...labels,
    },
  };
  return [
    { apiVersion: "v1", kind: "ServiceAccount", metadata },
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata,
      spec: {
        selector: { matchLabels: { [NAME_LABEL]: name } },
        template: {
          metadata: podMetadata,
          spec: {
            securityContext: { sysctls: [{ name: "net.ipv4.ip_unprivileged_port_start", value: "0" }] },
            serviceAccountName: own,
            containers: [container(own, namespace, context)],
            volumes: proxyVolumes(context.gates),
          },
        },
      },
    },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata,
      spec: {
        ipFamilyPolicy: "PreferDualStack",
        ports: servicePorts(gateway),
        selector: { [NAME_LABEL]: name },
        type: gateway.metadata.annotations?.[SERVICE_TYPE] ?? "LoadBalancer",
      },
    },
  ];
}

function servicePorts({ spec }: KubeGateway): readonly object[] {
  const seen = new Set([15021]);
  const ports = spec.listeners.flatMap(({ name, port, protocol }) => {
    if (seen.has(port)) return [];
    seen.add(port);
    return [{ name, port, protocol: "TCP", appProtocol: protocol.toLowerCase() }];
  });
  return [{ name: "status-port", port: 15021, protocol: "TCP", appProtocol: "tcp" }, ...ports];
}

function container(workload: string, namespace: string, { settings, gates }: DeploymentContext): object {
  const { values, mesh } = settings;
  const probe = { path: "/healthz/ready", port: 15021, scheme: "HTTP" };
  return {
    name: "istio-proxy",
    image: values.image.includes("/") ? values.image : `${values.hub}/${values.image}:${values.tag}`,
    resources: { limits: values.resources.limits, requests: values.resources.requests },
    securityContext: {
      capabilities: { drop: ["ALL"] },
      allowPrivilegeEscalation: false,
      privileged: false,
      readOnlyRootFilesystem: true,
      runAsUser: 1337,
      runAsGroup: 1337,
      runAsNonRoot: true,
    },
    ports: [
      { containerPort: 15021, name: "status-port", protocol: "TCP" },
      { containerPort: 15090, name: "http-envoy-prom", protocol: "TCP" },
    ],
    args: [
      "proxy",
      "router",
      "--domain",
      "$(POD_NAMESPACE).svc.cluster.local",
      "--proxyLogLevel",
      values.logLevel,
      "--proxyComponentLogLevel",
      values.componentLogLevel,
      "--log_output_level",
      "default:info",
    ],
    env: proxyEnvironment({
      gates,
      workload,
      owner: `kubernetes://apis/apps/v1/namespaces/${namespace}/deployments/${workload}`,
      trustDomain: mesh.trustDomain,
      middle: [
        { name: "ISTIO_META_POD_PORTS", value: "[]" },
        { name: "ISTIO_META_APP_CONTAINERS", value: "" },
      ],
    }),
    startupProbe: {
      failureThreshold: 30,
      httpGet: probe,
      initialDelaySeconds: 1,
      periodSeconds: 1,
      successThreshold: 1,
      timeoutSeconds: 1,
    },
    readinessProbe: {
      failureThreshold: 4,
      httpGet: probe,
      initialDelaySeconds: 0,
      periodSeconds: 15,
      successThreshold: 1,
      timeoutSeconds: 1,
    },
    volumeMounts: proxyVolumeMounts(gates),
  };
}
