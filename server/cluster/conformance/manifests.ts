// What the suites apply. JSON is YAML, so these go to kubectl as they are.

export const deployment = (
  name: string,
  changes: { image?: string; replicas?: number; message?: string } = {},
) => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name, labels: { app: name } },
  spec: {
    replicas: changes.replicas ?? 2,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: {
        terminationGracePeriodSeconds: 1,
        containers: [
          {
            name: "main",
            image: changes.image ?? "nicholasjackson/fake-service:v0.26.2",
            env: [
              { name: "NAME", value: name },
              { name: "MESSAGE", value: changes.message ?? "hello" },
            ],
            ports: [{ containerPort: 9090 }],
            readinessProbe: { httpGet: { path: "/health", port: 9090 }, periodSeconds: 1 },
          },
        ],
      },
    },
  },
});

export const service = (name: string) => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name },
  spec: { selector: { app: name }, ports: [{ name: "http", port: 80, targetPort: 9090 }] },
});

/** A container with a shell in it. */
export const box = (name: string) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name },
  spec: {
    terminationGracePeriodSeconds: 1,
    containers: [{ name: "box", image: "busybox:1.36", command: ["sleep", "infinity"] }],
  },
});

export const configMap = (name: string, data: Readonly<Record<string, unknown>>) => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name },
  data,
});

/** Several objects as one document for `kubectl apply -f -`. */
export const documents = (...items: readonly object[]): string =>
  JSON.stringify(items.length === 1 ? items[0] : { apiVersion: "v1", kind: "List", items });
