import type { KubeObject } from "../apimachinery/index.ts";

export interface PrometheusAddonOptions {
  /** The Istio release whose samples/addons this stands for. */
  readonly version: string;
}

const NAMESPACE = "istio-system";
const LABELS = {
  "app.kubernetes.io/component": "server",
  "app.kubernetes.io/name": "prometheus",
  "app.kubernetes.io/instance": "prometheus",
  "app.kubernetes.io/part-of": "prometheus",
};
const SELECTOR = {
  "app.kubernetes.io/component": "server",
  "app.kubernetes.io/name": "prometheus",
  "app.kubernetes.io/instance": "prometheus",
};

// Two seconds instead of the add-on's fifteen: a workshop wants to see its last request in the graph.
const CONFIG = `global:
  evaluation_interval: 1m
  scrape_interval: 2s
  scrape_timeout: 2s
scrape_configs:
# Pods that ask for it by annotation: prometheus.io/scrape, prometheus.io/port, prometheus.io/path.
- job_name: kubernetes-pods
  honor_labels: false
  kubernetes_sd_configs:
  - role: pod
  relabel_configs:
  - action: keep
    regex: true
    source_labels: [__meta_kubernetes_pod_annotation_prometheus_io_scrape]
  - action: replace
    regex: (.+)
    source_labels: [__meta_kubernetes_pod_annotation_prometheus_io_path]
    target_label: __metrics_path__
  - action: replace
    regex: (\\d+);((([0-9]+?)(\\.|$)){4})
    replacement: $2:$1
    source_labels: [__meta_kubernetes_pod_annotation_prometheus_io_port, __meta_kubernetes_pod_ip]
    target_label: __address__
  - action: labelmap
    regex: __meta_kubernetes_pod_label_(.+)
  - action: replace
    source_labels: [__meta_kubernetes_namespace]
    target_label: namespace
  - action: replace
    source_labels: [__meta_kubernetes_pod_name]
    target_label: pod
`;

/** Images of the add-on by minor release of Istio. */
function images(version: string): { server: string; reload: string } {
  const minor = Number(version.split(".")[1] ?? 0);
  return minor >= 26
    ? {
        server: "prom/prometheus:v3.5.0",
        reload: "ghcr.io/prometheus-operator/prometheus-config-reloader:v0.85.0",
      }
    : { server: "prom/prometheus:v2.48.0", reload: "jimmidyson/configmap-reload:v0.8.0" };
}

/** samples/addons/prometheus.yaml: the same objects, names and ports, in the order they are applied. */
export function prometheusAddon({ version }: PrometheusAddonOptions): readonly KubeObject[] {
  const metadata = { name: "prometheus", namespace: NAMESPACE, labels: LABELS };
  const clusterScoped = { name: "prometheus", labels: LABELS };
  return [
    { apiVersion: "v1", kind: "ServiceAccount", metadata },
    {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata,
      data: { "prometheus.yml": CONFIG, alerts: "{}\n", rules: "{}\n" },
    },
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRole",
      metadata: clusterScoped,
      rules: [
        {
          apiGroups: [""],
          resources: [
            "nodes",
            "nodes/proxy",
            "nodes/metrics",
            "services",
            "endpoints",
            "pods",
            "ingresses",
            "configmaps",
          ],
          verbs: ["get", "list", "watch"],
        },
        { nonResourceURLs: ["/metrics"], verbs: ["get"] },
      ],
    },
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRoleBinding",
      metadata: clusterScoped,
      subjects: [{ kind: "ServiceAccount", name: "prometheus", namespace: NAMESPACE }],
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "prometheus" },
    },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata,
      spec: {
        type: "ClusterIP",
        ports: [{ name: "http", port: 9090, protocol: "TCP", targetPort: 9090 }],
        selector: SELECTOR,
        sessionAffinity: "None",
      },
    },
    deployment(version),
  ];
}

function deployment(version: string): KubeObject {
  const { server, reload } = images(version);
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "prometheus", namespace: NAMESPACE, labels: LABELS },
    spec: {
      replicas: 1,
      revisionHistoryLimit: 10,
      selector: { matchLabels: SELECTOR },
      strategy: { type: "Recreate" },
      template: {
        metadata: { labels: { ...LABELS, "sidecar.istio.io/inject": "false" } },
        spec: {
          serviceAccountName: "prometheus",
          enableServiceLinks: true,
          terminationGracePeriodSeconds: 300,
          securityContext: { fsGroup: 65534, runAsGroup: 65534, runAsNonRoot: true, runAsUser: 65534 },
          containers: [
            {
              name: "prometheus-server-configmap-reload",
              image: reload,
              imagePullPolicy: "IfNotPresent",
              args: ["--volume-dir=/etc/config", "--webhook-url=http://127.0.0.1:9090/-/reload"],
              volumeMounts: [{ name: "config-volume", mountPath: "/etc/config", readOnly: true }],
            },
            {
              name: "prometheus-server",
              image: server,
              imagePullPolicy: "IfNotPresent",
              args: [
                "--storage.tsdb.retention.time=15d",
                "--config.file=/etc/config/prometheus.yml",
                "--storage.tsdb.path=/data",
                "--web.enable-lifecycle",
              ],
              ports: [{ containerPort: 9090 }],
              readinessProbe: probe("/-/ready", {
                initialDelaySeconds: 0,
                periodSeconds: 5,
                timeoutSeconds: 4,
                failureThreshold: 3,
              }),
              livenessProbe: probe("/-/healthy", {
                initialDelaySeconds: 30,
                periodSeconds: 15,
                timeoutSeconds: 10,
                failureThreshold: 3,
              }),
              volumeMounts: [
                { name: "config-volume", mountPath: "/etc/config" },
                { name: "storage-volume", mountPath: "/data" },
              ],
            },
          ],
          volumes: [
            { name: "config-volume", configMap: { name: "prometheus" } },
            { name: "storage-volume", emptyDir: {} },
          ],
        },
      },
    },
  };
}

function probe(path: string, timing: Readonly<Record<string, number>>): object {
  return { httpGet: { path, port: 9090, scheme: "HTTP" }, ...timing, successThreshold: 1 };
}
