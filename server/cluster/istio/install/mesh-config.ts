import type { VersionGates } from "../versions.ts";
import type { Profile } from "./profile.ts";

/** The `mesh` key of ConfigMap istio: what Helm's toYaml would write, keys sorted. */
export function meshConfigText(profile: Profile, gates: VersionGates): string {
  const lines = [
    ...(profile.accessLogFile ? [`accessLogFile: ${profile.accessLogFile}`] : []),
    "defaultConfig:",
    "  discoveryAddress: istiod.istio-system.svc:15012",
    ...(gates.zipkinByDefault
      ? ["  tracing:", "    zipkin:", "      address: zipkin.istio-system:9411"]
      : []),
    "defaultProviders:",
    "  metrics:",
    "  - prometheus",
    "enablePrometheusMerge: true",
    ...(profile.telemetryProviders ? extensionProviders(gates) : []),
    "rootNamespace: istio-system",
    "trustDomain: cluster.local",
  ];
  return lines.join("\n");
}

function extensionProviders(gates: VersionGates): readonly string[] {
  return [
    "extensionProviders:",
    "- envoyOtelAls:",
    "    port: 4317",
    "    service: opentelemetry-collector.observability.svc.cluster.local",
    "  name: otel",
    "- name: skywalking",
    "  skywalking:",
    "    port: 11800",
    "    service: tracing.istio-system.svc.cluster.local",
    "- name: otel-tracing",
    "  opentelemetry:",
    "    port: 4317",
    "    service: opentelemetry-collector.observability.svc.cluster.local",
    ...(gates.zipkinByDefault
      ? []
      : [
          "- name: jaeger",
          "  opentelemetry:",
          "    port: 4317",
          "    service: jaeger-collector.istio-system.svc.cluster.local",
        ]),
  ];
}
