import type { KubeObject } from "../../apimachinery/index.ts";
import { environment, volumeMounts, volumes } from "./gateway-pod.ts";
import { autoscaler, disruptionBudget } from "./istiod.ts";
import { ISTIO_NAMESPACE, notAmbient } from "./labels.ts";
import { secretReader, serviceAccount } from "./rbac.ts";
import type { GatewaySettings, InstallSettings } from "./settings.ts";
import { treeAt } from "./tree.ts";

interface GatewayKind {
  readonly name: "istio-ingressgateway" | "istio-egressgateway";
  readonly role: "ingressgateway" | "egressgateway";
  readonly component: "IngressGateways" | "EgressGateways";
}

const ingress: GatewayKind = {
  name: "istio-ingressgateway",
  role: "ingressgateway",
  component: "IngressGateways",
};

const egress: GatewayKind = {
  name: "istio-egressgateway",
  role: "egressgateway",
  component: "EgressGateways",
};

export function ingressGateway(settings: InstallSettings): readonly KubeObject[] {
  return gateway({ kind: ingress, own: settings.ingress, settings });
}

export function egressGateway(settings: InstallSettings): readonly KubeObject[] {
  return gateway({ kind: egress, own: settings.egress, settings });
}

interface GatewayParts {
  readonly kind: GatewayKind;
  readonly own: GatewaySettings;
  readonly settings: InstallSettings;
}

function gateway({ kind, own, settings }: GatewayParts): readonly KubeObject[] {
  const { gates } = settings;
  const selector = { app: kind.name, istio: kind.role };
  const labels = { ...selector, release: "istio" };
  const account = `${kind.name}-service-account`;
  return [
    serviceAccount(account, labels),
    ...secretReader(`${kind.name}-sds`, account, { release: "istio" }),
    ...(gates.budgetForSingleReplica || own.autoscale ? [disruptionBudget(kind.name, selector)] : []),
    ...autoscaler(kind.name, own, selector),
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: {
        name: kind.name,
        namespace: ISTIO_NAMESPACE,
        labels,
        ...(Object.keys(own.serviceAnnotations).length > 0 ? { annotations: own.serviceAnnotations } : {}),
      },
      spec: {
        type: own.serviceType,
        selector,
        ports: own.ports.map((port) => ({ ...port, protocol: "TCP" })),
      },
    },
    deployment({ kind, own, settings }),
  ];
}

function deployment(of: GatewayParts): KubeObject {
  const { kind, own, settings } = of;
  const revision = settings.revision || "default";
  const mode = notAmbient(settings.gates);
  const selector = { app: kind.name, istio: kind.role };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: {
      name: kind.name,
      namespace: ISTIO_NAMESPACE,
      labels: { ...selector, release: "istio", ...mode },
    },
    spec: {
      ...(own.replicas === undefined ? {} : { replicas: own.replicas }),
      selector: { matchLabels: selector },
      strategy: { rollingUpdate: { maxSurge: "100%", maxUnavailable: "25%" } },
      template: {
        metadata: {
          labels: {
            ...selector,
            chart: "gateways",
            heritage: "Tiller",
            "install.operator.istio.io/owning-resource": "unknown",
            "istio.io/rev": revision,
            "operator.istio.io/component": kind.component,
            release: "istio",
            "service.istio.io/canonical-name": kind.name,
            "service.istio.io/canonical-revision": settings.revision || "latest",
            "sidecar.istio.io/inject": "false",
            ...mode,
          },
          annotations: {
            "istio.io/rev": revision,
            "prometheus.io/path": "/stats/prometheus",
            "prometheus.io/port": "15020",
            "prometheus.io/scrape": "true",
            "sidecar.istio.io/inject": "false",
            ...own.podAnnotations,
          },
        },
        spec: {
          serviceAccountName: `${kind.name}-service-account`,
          securityContext: { runAsGroup: 1337, runAsNonRoot: true, runAsUser: 1337 },
          containers: [container(of)],
          volumes: volumes(kind.role, settings),
        },
      },
    },
  };
}

function container({ kind, own, settings }: GatewayParts): object {
  const { logLevel, componentLogLevel } = treeAt(settings.values, "global", "proxy");
  const ports = own.ports.map((port) => port.targetPort).filter((port) => port !== 15021);
  return {
    name: "istio-proxy",
    image: `${settings.hub}/proxyv2:${settings.tag}`,
    args: [
      "proxy",
      "router",
      "--domain",
      "$(POD_NAMESPACE).svc.cluster.local",
      `--proxyLogLevel=${logLevel}`,
      `--proxyComponentLogLevel=${componentLogLevel}`,
      `--log_output_level=${settings.pilot.logLevel}`,
    ],
    ports: [
      ...[...(kind.role === "ingressgateway" ? [15021] : []), ...ports].map((containerPort) => ({
        containerPort,
        protocol: "TCP",
      })),
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
    resources: own.resources,
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ["ALL"] },
      privileged: false,
      readOnlyRootFilesystem: true,
    },
    env: environment(kind.name, settings),
    volumeMounts: volumeMounts(kind.role),
  };
}
