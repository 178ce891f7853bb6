import { atLeast } from "../../release.ts";
import { isClusterOnly } from "../kinds.ts";
import type { Message } from "../message.ts";
import type { Analyzer, World } from "../world.ts";
import { annotationsAnalyzer } from "./annotations.ts";
import { conditionAnalyzer } from "./conditions.ts";
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
  // 1.25 looks at conditions and for subsets without pods; by 1.29 the regular expressions are left to validation.
  ...(atLeast(release, "1.25") ? [conditionAnalyzer, subsetSelectPodAnalyzer] : [regexAnalyzer]),
  ...validationAnalyzers,
];

/** Whether an analyzer has what it reads: without a cluster there are no pods, services, namespaces, secrets. */
export const isAble = ({ inputs }: Analyzer, withCluster: boolean): boolean =>
  withCluster || !inputs.some(isClusterOnly);

export function runAnalyzers(world: World, analyzers: readonly Analyzer[]): Message[] {
  return [...unreadable(world), ...analyzers.flatMap((analyzer) => analyzer.run(world))];
}
