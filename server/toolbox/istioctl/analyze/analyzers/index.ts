import { atLeast } from "../../release.ts";
import { isClusterOnly } from "../kinds.ts";
import type { Message } from "../message.ts";
import type { Analyzer, World } from "../world.ts";
import { annotationsAnalyzer } from "./annotations.ts";
import {
  caCertificateAnalyzer,
  protocolAddressesAnalyzer,
  subsetSelectPodAnalyzer,
} from "./destination-rules.ts";
import { destinationHostAnalyzer, destinationRuleAnalyzer } from "./destinations.ts";
import { envoyPatchAnalyzer } from "./envoy-filters.ts";
import {
  certificateAnalyzer,
  conflictingGatewayAnalyzer,
  ingressPortAnalyzer,
  secretAnalyzer,
} from "./gateway.ts";
import { imageAnalyzer, imageAutoAnalyzer, injectionAnalyzer } from "./injection.ts";
import { authorizationPoliciesAnalyzer, gatewaySelectorAnalyzer } from "./policies.ts";
import { unreadable, validationAnalyzers } from "./schema.ts";
import {
  sidecarSelectorAnalyzer,
  telemetryDefaultAnalyzer,
  telemetryProviderAnalyzer,
  telemetrySelectorAnalyzer,
} from "./scoped.ts";
import { applicationUidAnalyzer, multiServiceAnalyzer, portNameAnalyzer } from "./services.ts";
import { gatewaysAnalyzer, jwtClaimAnalyzer, meshHostsAnalyzer, regexAnalyzer } from "./virtual-service.ts";
import { deprecationAnalyzer, webhookAnalyzer } from "./webhooks.ts";

/**
 * The analyzers of a release. Not built: those of several clusters, of an external control plane and of Lightstep, which a
 * practice cluster cannot have.
 */
export const analyzersOf = (release: string, now: () => Date = () => new Date()): readonly Analyzer[] => [
  annotationsAnalyzer,
  authorizationPoliciesAnalyzer,
  multiServiceAnalyzer,
  applicationUidAnalyzer,
  deprecationAnalyzer,
  ingressPortAnalyzer,
  certificateAnalyzer,
  secretAnalyzer(now),
  conflictingGatewayAnalyzer,
  injectionAnalyzer,
  imageAnalyzer,
  imageAutoAnalyzer,
  gatewaySelectorAnalyzer,
  portNameAnalyzer,
  sidecarSelectorAnalyzer,
  meshHostsAnalyzer,
  destinationHostAnalyzer,
  destinationRuleAnalyzer,
  gatewaysAnalyzer,
  jwtClaimAnalyzer,
  caCertificateAnalyzer,
  protocolAddressesAnalyzer,
  webhookAnalyzer,
  envoyPatchAnalyzer,
  telemetryProviderAnalyzer,
  telemetrySelectorAnalyzer,
  telemetryDefaultAnalyzer,
  // 1.25 looks for subsets without pods; by 1.29 the regular expressions are left to validation.
  ...(atLeast(release, "1.25") ? [subsetSelectPodAnalyzer] : [regexAnalyzer]),
  ...validationAnalyzers,
];

/** Runs those analyzers that have what they read: without a cluster there are no pods, services, namespaces, secrets. */
export function runAnalyzers(world: World, analyzers: readonly Analyzer[], withCluster: boolean): Message[] {
  const able = analyzers.filter(({ inputs }) => withCluster || !inputs.some(isClusterOnly));
  return [...unreadable(world), ...able.flatMap((analyzer) => analyzer.run(world))];
}
