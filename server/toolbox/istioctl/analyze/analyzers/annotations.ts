import {
  deprecatedAnnotation,
  invalidAnnotation,
  misplacedAnnotation,
  unknownAnnotation,
} from "../findings.ts";
import { about, type Message } from "../message.ts";
import type { Resource } from "../resource.ts";
import type { Analyzer } from "../world.ts";
import { annotationProblem } from "./annotation-values.ts";

type Places = "Any" | "Pod" | "Service" | "Namespace" | "Ingress" | "Other";

const pod = (prefix: string, names: string): [string, Places][] =>
  names.split(" ").map((name): [string, Places] => [`${prefix}/${name}`, "Pod"]);

/** Istio's annotations and where they belong (istio.io/api annotation, release 1.21). */
const KNOWN: ReadonlyMap<string, Places> = new Map<string, Places>([
  ["alpha.istio.io/canonical-serviceaccounts", "Service"],
  ["alpha.istio.io/identity", "Pod"],
  ["alpha.istio.io/kubernetes-serviceaccounts", "Service"],
  ["galley.istio.io/analyze-suppress", "Any"],
  ["gateway.istio.io/controller-version", "Any"],
  ["inject.istio.io/templates", "Pod"],
  ["install.operator.istio.io/chart-owner", "Any"],
  ["install.operator.istio.io/owner-generation", "Any"],
  ["install.operator.istio.io/version", "Any"],
  ["istio.io/autoRegistrationGroup", "Other"],
  ["istio.io/connectedAt", "Other"],
  ["istio.io/disconnectedAt", "Other"],
  ["istio.io/dry-run", "Other"],
  ["istio.io/rev", "Pod"],
  ["istio.io/workloadController", "Other"],
  ["kubernetes.io/ingress.class", "Ingress"],
  ["networking.istio.io/exportTo", "Service"],
  ["prometheus.istio.io/merge-metrics", "Pod"],
  ...pod("proxy.istio.io", "config overrides"),
  ...pod(
    "readiness.status.sidecar.istio.io",
    "applicationPorts failureThreshold initialDelaySeconds periodSeconds",
  ),
  ...pod(
    "sidecar.istio.io",
    "agentLogLevel bootstrapOverride componentLogLevel controlPlaneAuthPolicy discoveryAddress enableCoreDump extraStatTags inject interceptionMode logLevel",
  ),
  ...pod(
    "sidecar.istio.io",
    "proxyCPU proxyCPULimit proxyImage proxyImageType proxyMemory proxyMemoryLimit rewriteAppHTTPProbers statsHistogramBuckets",
  ),
  ...pod(
    "sidecar.istio.io",
    "statsInclusionPrefixes statsInclusionRegexps statsInclusionSuffixes status userVolume userVolumeMount",
  ),
  ["status.sidecar.istio.io/port", "Pod"],
  ["topology.istio.io/controlPlaneClusters", "Namespace"],
  ["traffic.istio.io/nodeSelector", "Service"],
  ...pod(
    "traffic.sidecar.istio.io",
    "excludeInboundPorts excludeInterfaces excludeOutboundIPRanges excludeOutboundPorts includeInboundPorts includeOutboundIPRanges includeOutboundPorts kubevirtInterfaces",
  ),
]);

const INJECT = "sidecar.istio.io/inject";
const DEPRECATED = new Set([
  "alpha.istio.io/canonical-serviceaccounts",
  "alpha.istio.io/identity",
  "alpha.istio.io/kubernetes-serviceaccounts",
  "sidecar.istio.io/controlPlaneAuthPolicy",
  "sidecar.istio.io/discoveryAddress",
  "sidecar.istio.io/extraStatTags",
  INJECT,
  "sidecar.istio.io/statsInclusionPrefixes",
  "sidecar.istio.io/statsInclusionRegexps",
  "sidecar.istio.io/statsInclusionSuffixes",
]);

/** Set by Istio itself. */
const IGNORED = new Set([
  "sidecar.istio.io/status",
  "gateway.istio.io/controller-version",
  "istio.io/rev",
  "istio.io/waypoint-for-service-account",
  "ambient.istio.io/redirection",
]);

/** Annotations that Istio does not know, or does not look for at such a resource. */
export const annotationsAnalyzer: Analyzer = {
  name: "annotations.K8sAnalyzer",
  description: "Checks for misplaced and invalid Istio annotations in Kubernetes resources",
  inputs: ["Namespace", "Service", "Pod", "Deployment"],
  run: ({ namespaces, services, pods, deployments }) =>
    [namespaces, services, pods, deployments].flatMap((resources: readonly Resource[]) =>
      resources.flatMap((resource) =>
        Object.entries(resource.metadata.annotations).flatMap(([name, value]) =>
          check(resource, name, value),
        ),
      ),
    ),
};

const isIstios = (name: string): boolean =>
  name === "kubernetes.io/ingress.class" || (name.split("/")[0] ?? "").endsWith("istio.io");

function check(resource: Resource, name: string, value: string): Message[] {
  if (!isIstios(name) || IGNORED.has(name)) return [];
  const path = `metadata.annotations.${name}`;
  const place = KNOWN.get(name);
  if (place === undefined) return [about(resource, unknownAnnotation(name), path)];
  const messages: Message[] = [];
  // Who has the label beside the annotation knows of its successor.
  const knows = name === INJECT && resource.metadata.labels[INJECT] !== undefined;
  if (DEPRECATED.has(name) && !knows) {
    const extra = name === INJECT ? ` in favor of the "${INJECT}" label` : "";
    messages.push(about(resource, deprecatedAnnotation(name, extra), path));
  }
  if (place === "Any") return messages;
  if (place !== resource.kind) {
    // Kinds that upstream has no word for are left out of its list.
    const where = place === "Other" ? "" : place;
    return [...messages, about(resource, misplacedAnnotation(name, where), path)];
  }
  const problem = annotationProblem(name, value);
  return problem === undefined
    ? messages
    : [...messages, about(resource, invalidAnnotation(name, problem), path)];
}
