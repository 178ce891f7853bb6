import type { Container, PodToInject, Probe } from "./pod.ts";

const PROBES = [
  { field: "readinessProbe", path: "readyz" },
  { field: "livenessProbe", path: "livez" },
  { field: "startupProbe", path: "startupz" },
] as const;

const AGENT_PORT = 15020;

/** The kubelet has no certificate, so its probes go to the agent, which asks the application inside the pod. */
export function rewriteProbes(containers: readonly Container[]): readonly Container[] {
  return containers.map((container) => {
    const rewritten: Record<string, Probe> = {};
    for (const { field, path } of PROBES) {
      const probe = container[field];
      if (!probe || !isNetworkProbe(probe)) continue;
      const { httpGet: _http, tcpSocket: _tcp, grpc: _grpc, ...timing } = probe;
      rewritten[field] = {
        ...timing,
        httpGet: { path: `/app-health/${container.name}/${path}`, port: AGENT_PORT, scheme: "HTTP" },
      };
    }
    return { ...container, ...rewritten };
  });
}

/** ISTIO_KUBE_APP_PROBERS: what the agent asks instead. Undefined when the application has no such probes. */
export function appProbers(pod: PodToInject): string | undefined {
  const probers: Record<string, object> = {};
  for (const container of [...(pod.spec.initContainers ?? []), ...pod.spec.containers])
    for (const { field, path } of PROBES) {
      const probe = container[field];
      if (probe && isNetworkProbe(probe))
        probers[`/app-health/${container.name}/${path}`] = original(container, probe);
    }
  const sorted = Object.entries(probers).sort(([one], [other]) => (one < other ? -1 : 1));
  return sorted.length > 0 ? JSON.stringify(Object.fromEntries(sorted)) : undefined;
}

const isNetworkProbe = (probe: Probe): boolean =>
  probe.httpGet !== undefined || probe.tcpSocket !== undefined || probe.grpc !== undefined;

function original(container: Container, probe: Probe): object {
  const port = (of: number | string) => (typeof of === "number" ? of : portNamed(container, of));
  const timeout = probe.timeoutSeconds ? { timeoutSeconds: probe.timeoutSeconds } : {};
  if (probe.httpGet) {
    const { path, port: asked, scheme, host, httpHeaders } = probe.httpGet;
    return {
      httpGet: {
        ...(path ? { path } : {}),
        port: port(asked),
        ...(host ? { host } : {}),
        ...(scheme ? { scheme } : {}),
        ...(httpHeaders ? { httpHeaders } : {}),
      },
      ...timeout,
    };
  }
  if (probe.tcpSocket) return { tcpSocket: { port: port(probe.tcpSocket.port) }, ...timeout };
  return { grpc: probe.grpc ?? {}, ...timeout };
}

function portNamed(container: Container, name: string): number | string {
  return container.ports?.find((port) => port.name === name)?.containerPort ?? name;
}
