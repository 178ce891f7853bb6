import { atLeast } from "../release.ts";
import type { Finding, Level } from "./message.ts";

// Codes, levels and texts: facts of pkg/config/analysis/msg/messages.yaml of releases 1.21 and 1.29.

const finding = (code: string, level: Level, text: string): Finding => ({ code, level, text });

/** Go's %q and %v for what stands in messages. */
const quoted = (text: string) => JSON.stringify(text);
const listed = (items: readonly (string | number)[]) => `[${items.join(" ")}]`;

export const internalError = (detail: string) => finding("IST0001", "Error", `Internal error: ${detail}`);
export const deprecated = (detail: string) => finding("IST0002", "Warning", `Deprecated: ${detail}`);
export const referencedResourceNotFound = (what: string, value: string) =>
  finding("IST0101", "Error", `Referenced ${what} not found: ${quoted(value)}`);
export const namespaceNotInjected = (namespace: string) =>
  finding(
    "IST0102",
    "Info",
    `The namespace is not enabled for Istio injection. Run 'kubectl label namespace ${namespace} istio-injection=enabled' to enable it, or 'kubectl label namespace ${namespace} istio-injection=disabled' to explicitly mark it as not needing injection.`,
  );
export const podMissingProxy = (pod: string) =>
  finding(
    "IST0103",
    "Warning",
    `The pod ${pod} is missing the Istio proxy. This can often be resolved by restarting or redeploying the workload.`,
  );
export const schemaValidationError = (error: string) =>
  finding("IST0106", "Error", `Schema validation error: ${error}`);
export const misplacedAnnotation = (annotation: string, kinds: string) =>
  finding("IST0107", "Warning", `Misplaced annotation: ${annotation} can only be applied to ${kinds}`);
export const unknownAnnotation = (annotation: string) =>
  finding("IST0108", "Warning", `Unknown annotation: ${annotation}`);
export const conflictingMeshHosts = (virtualServices: readonly string[], host: string) =>
  finding(
    "IST0109",
    "Error",
    `The VirtualServices ${virtualServices.join(",")} associated with mesh gateway define the same host ${host} which can lead to undefined behavior. This can be fixed by merging the conflicting VirtualServices into a single resource.`,
  );
export const conflictingSidecarSelectors = (names: readonly string[], namespace: string, pod: string) =>
  finding(
    "IST0110",
    "Error",
    `The Sidecars ${listed(names)} in namespace ${quoted(namespace)} select the same workload pod ${quoted(pod)}, which can lead to undefined behavior.`,
  );
export const sidecarsWithoutSelector = (names: readonly string[], namespace: string) =>
  finding(
    "IST0111",
    "Error",
    `The Sidecars ${listed(names)} in namespace ${quoted(namespace)} have no workload selector, which can lead to undefined behavior.`,
  );
export const portSelectorRequired = (host: string, ports: readonly number[]) =>
  finding(
    "IST0112",
    "Error",
    `This VirtualService routes to a service ${quoted(host)} that exposes multiple ports ${listed(ports)}. Specifying a port in the destination is required to disambiguate.`,
  );
export const multipleServices = (deployment: string, port: number, services: readonly string[]) =>
  finding(
    "IST0116",
    "Warning",
    `This deployment ${deployment} is associated with multiple services using port ${port} but different protocols: ${listed(services)}`,
  );
export const portNameConvention = (name: string, port: number, targetPort: string) =>
  finding(
    "IST0118",
    "Info",
    `Port name ${name} (port: ${port}, targetPort: ${targetPort}) doesn't follow the naming convention of Istio port.`,
  );
export const invalidRegexp = (where: string, regexp: string, problem: string) =>
  finding(
    "IST0122",
    "Warning",
    `Field ${quoted(where)} regular expression invalid: ${quoted(regexp)} (${problem})`,
  );
export const multipleInjectionLabels = (labels: readonly string[]) =>
  finding(
    "IST0123",
    "Warning",
    `The namespace has more than one type of injection labels ${listed(labels)}, which may lead to undefined behavior. Make sure only one injection label exists.`,
  );
export const invalidAnnotation = (annotation: string, problem: string) =>
  finding("IST0125", "Warning", `Invalid annotation ${annotation}: ${problem}`);
export const noMatchingWorkloads = (labels: string) =>
  finding(
    "IST0127",
    "Warning",
    `No matching workloads for this resource with the following labels: ${labels}`,
  );

export interface UnverifiedTls {
  readonly name: string;
  readonly namespace: string;
  readonly mode: string;
  readonly host: string;
}
const unverified = ({ name, namespace, mode, host }: UnverifiedTls) =>
  `DestinationRule ${name} in namespace ${namespace} has TLS mode set to ${mode} but no caCertificates are set to validate server identity for host: ${host}`;
export const unverifiedDestination = (tls: UnverifiedTls) => finding("IST0128", "Warning", unverified(tls));
export const unverifiedPort = (tls: UnverifiedTls, port: string) =>
  finding("IST0129", "Warning", `${unverified(tls)} at port ${port}`);

export const unreachableRule = (rule: string, reason: string) =>
  finding("IST0130", "Warning", `VirtualService rule ${rule} not used (${reason}).`);
export const ineffectiveMatch = (rule: string, match: string, other: string) =>
  finding(
    "IST0131",
    "Info",
    `VirtualService rule ${rule} match ${match} is not used (duplicate/overlapping match in rule ${other}).`,
  );
export const hostNotInGateway = (hosts: readonly string[], virtualService: string, gateway: string) =>
  finding(
    "IST0132",
    "Warning",
    `one or more host ${listed(hosts)} defined in VirtualService ${virtualService} not found in Gateway ${gateway}.`,
  );
export const schemaWarning = (warning: string) =>
  finding("IST0133", "Warning", `Schema validation warning: ${warning}`);
export const serviceEntryAddressesRequired = () =>
  finding("IST0134", "Warning", "ServiceEntry addresses are required for this protocol.");
export const deprecatedAnnotation = (annotation: string, extra: string) =>
  finding(
    "IST0135",
    "Info",
    `Annotation ${quoted(annotation)} has been deprecated${extra} and may not work in future Istio versions.`,
  );

export interface ConflictingPorts {
  readonly services: readonly string[];
  readonly targetPort: string;
  readonly ports: readonly number[];
}
export const conflictingPorts = (deployment: string, { services, targetPort, ports }: ConflictingPorts) =>
  finding(
    "IST0137",
    "Warning",
    `This deployment ${deployment} is associated with multiple services ${listed(services)} using targetPort ${quoted(targetPort)} but different ports: ${listed(ports)}.`,
  );
export const duplicateCertificate = (gateways: readonly string[]) =>
  finding(
    "IST0138",
    "Warning",
    `Duplicate certificate in multiple gateways ${listed(gateways)} may cause 404s if clients re-use HTTP2 connections.`,
  );
export const invalidWebhook = (problem: string) => finding("IST0139", "Error", problem);
export const subsetNotAffectingIngress = (withSubset: string, virtualService: string) =>
  finding(
    "IST0140",
    "Warning",
    `Subset in virtual service ${withSubset} has no effect on ingress gateway ${virtualService} requests`,
  );
export const invalidApplicationUid = () =>
  finding("IST0144", "Warning", "User ID (UID) 1337 is reserved for the sidecar proxy.");

export interface GatewayConflict {
  readonly gateways: readonly string[];
  readonly selector: string;
  readonly port: string;
  readonly hosts: readonly string[];
}
export const conflictingGateways = ({ gateways, selector, port, hosts }: GatewayConflict) =>
  finding(
    "IST0145",
    "Error",
    `Conflict with gateways ${gateways.join(",")} (workload selector ${selector}, port ${port}, hosts ${hosts.join(",")}).`,
  );
const imageAuto = (kind: string, name: string) =>
  `${kind} ${name} contains \`image: auto\` but does not match any Istio injection webhook selectors.`;
export const imageAutoWarning = (kind: string, name: string) =>
  finding("IST0146", "Warning", imageAuto(kind, name));
export const imageAutoError = (kind: string, name: string) =>
  finding("IST0147", "Error", imageAuto(kind, name));
export const injectionEnabledByDefault = () =>
  finding(
    "IST0148",
    "Info",
    "is enabled for Istio injection, as Istio is installed with enableNamespacesByDefault as true.",
  );
export const jwtClaimWithoutAuthentication = (key: string, gateway: string, pod: string) =>
  finding(
    "IST0149",
    "Error",
    `The virtual service uses the JWT claim based routing (key: ${key}) but found no request authentication for the gateway (${gateway}) pod (${pod}). The request authentication must first be applied for the gateway pods to validate the JWT token and make the claims available for routing.`,
  );
export const externalNamePort = () =>
  finding(
    "IST0150",
    "Warning",
    "Port name for ExternalName service is invalid. Proxy may prevent tcp named ports and unmatched traffic for ports serving TCP protocol from being forwarded correctly",
  );
const RELATIVE = "which can cause the EnvoyFilter not to be applied";
export const relativeOperation = () =>
  finding(
    "IST0151",
    "Warning",
    `This EnvoyFilter does not have a priority and has a relative patch operation set ${RELATIVE}. Using the INSERT_FIRST of ADD option or setting the priority may help in ensuring the EnvoyFilter is applied correctly.`,
  );
export const replaceIncorrectly = () =>
  finding("IST0152", "Error", "The REPLACE operation is only valid for HTTP_FILTER and NETWORK_FILTER.");
const ignored = (operation: string) =>
  `The ${operation} operation will be ignored when applyTo is set to ROUTE_CONFIGURATION, or HTTP_ROUTE.`;
export const addIncorrectly = () => finding("IST0153", "Error", ignored("ADD"));
export const removeIncorrectly = () => finding("IST0154", "Error", ignored("REMOVE"));
export const relativeOperationWithVersion = () =>
  finding(
    "IST0155",
    "Warning",
    // "NSTERT" is upstream's spelling.
    `This EnvoyFilter does not have a priority and has a relative patch operation (NSTERT_BEFORE/AFTER, REPLACE, MERGE, DELETE) and proxyVersion set ${RELATIVE} during an upgrade. Using the INSERT_FIRST or ADD option or setting the priority may help in ensuring the EnvoyFilter is applied correctly.`,
  );
export const emptyTelemetryProvider = (name: string, namespace: string) =>
  finding(
    "IST0157",
    "Warning",
    `The Telemetry ${name} in namespace ${quoted(namespace)} with empty providers will be ignored.`,
  );
export const proxyImageMismatch = (pods: readonly string[]) =>
  finding(
    "IST0158",
    "Warning",
    `The Istio proxy images of the pods running in the namespace do not match the image defined in the injection configuration (pod names: ${listed(pods)}). This often happens after upgrading the Istio control-plane and can be fixed by redeploying the pods.`,
  );
export const conflictingTelemetrySelectors = (names: readonly string[], namespace: string, pod: string) =>
  finding(
    "IST0159",
    "Error",
    `The Telemetries ${listed(names)} in namespace ${quoted(namespace)} select the same workload pod ${quoted(pod)}, which can lead to undefined behavior.`,
  );
export const telemetriesWithoutSelector = (names: readonly string[], namespace: string) =>
  finding(
    "IST0160",
    "Error",
    `The Telemetries ${listed(names)} in namespace ${quoted(namespace)} have no workload selector, which can lead to undefined behavior.`,
  );
export const invalidGatewayCredential = (gateway: string, namespace: string) =>
  finding(
    "IST0161",
    "Error",
    `The credential referenced by the Gateway ${gateway} in namespace ${namespace} is invalid, which can cause the traffic not to work as expected.`,
  );
export const gatewayPortNotOnService = (port: number, selector: string) =>
  finding(
    "IST0162",
    "Warning",
    `The gateway is listening on a target port (port ${port}) that is not defined in the Service associated with its workload instances (Pod selector ${selector}). If you need to access the gateway port through the gateway Service, it will not be available.`,
  );
export const internalGateway = (virtualService: string, gateway: string) =>
  finding(
    "IST0165",
    "Warning",
    `Gateway reference in VirtualService ${virtualService} is to an implementation-generated internal Gateway: ${gateway}.`,
  );
export const ineffectiveSelector = (gateway: string) =>
  finding(
    "IST0166",
    "Warning",
    `Ineffective selector on Kubernetes Gateway ${gateway}. Use the TargetRef field instead.`,
  );
export interface Condition {
  readonly type: string;
  readonly reason: string;
  readonly message: string;
}
/** Since 1.25. */
export const negativeCondition = ({ type, reason, message }: Condition) =>
  finding(
    "IST0171",
    "Warning",
    `A condition with a negative status is present: type=${type}, reason=${reason}, message=${message}.`,
  );
/** Since 1.25. */
export const subsetSelectsNoPods = (subset: string) =>
  finding(
    "IST0173",
    "Error",
    `The Subset ${subset} defined in the DestinationRule does not select any pods. Which may lead to 503 UH (NoHealthyUpstream).`,
  );
/** Since 1.25. */
export const unknownDestinationRuleHost = (host: string) =>
  finding(
    "IST0174",
    "Warning",
    `The host ${host} defined in the DestinationRule does not match any services in the mesh.`,
  );

const NUMBERS = [
  "0001 0002 0101 0102 0103 0106 0107 0108 0109 0110 0111 0112 0116 0118 0123 0125 0126 0127 0128 0129 0130 0131",
  "0132 0133 0134 0135 0136 0137 0138 0139 0140 0141 0142 0143 0144 0145 0146 0147 0148 0149 0150 0151 0152 0153",
  "0154 0155 0156 0157 0158 0159 0160 0161 0162 0163 0164 0165 0166 0167 0168 0169",
];

/** Codes that `--suppress` knows; another one is warned of. */
export function isKnownCode(code: string, release: string): boolean {
  const added = atLeast(release, "1.29") ? "0170 0171 0172 0173 0174 0175" : "0122";
  return [...NUMBERS, added].some((line) => line.split(" ").some((number) => code === `IST${number}`));
}
