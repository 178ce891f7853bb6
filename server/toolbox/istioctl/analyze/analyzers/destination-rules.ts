import {
  serviceEntryAddressesRequired,
  subsetSelectsNoPods,
  unknownDestinationRuleHost,
  unverifiedDestination,
  unverifiedPort,
} from "../findings.ts";
import { about, type Message } from "../message.ts";
import { fullName } from "../resource.ts";
import { selects } from "../selectors.ts";
import { findHost, knownHosts } from "../services.ts";
import type { Analyzer, World } from "../world.ts";

type Rule = World["destinationRules"][number];
type Tls = NonNullable<NonNullable<Rule["spec"]["trafficPolicy"]>["tls"]>;

/** TLS to a server that nobody verifies. */
export const caCertificateAnalyzer: Analyzer = {
  name: "destinationrule.CaCertificateAnalyzer",
  description: "Checks if caCertificates is set when TLS mode is SIMPLE/MUTUAL",
  inputs: ["DestinationRule"],
  run: ({ destinationRules }) => destinationRules.flatMap(unverified),
};

function unverified(rule: Rule): Message[] {
  const { trafficPolicy, host } = rule.spec;
  const place = { name: fullName(rule), namespace: rule.metadata.namespace, host };
  const tls = trafficPolicy?.tls;
  const messages = isUnverified(rule, tls)
    ? [
        about(
          rule,
          unverifiedDestination({ ...place, mode: tls?.mode ?? "" }),
          "spec.trafficPolicy.tls.caCertificates",
        ),
      ]
    : [];
  const ports = (trafficPolicy?.portLevelSettings ?? []).flatMap((settings, index) => {
    if (!isUnverified(rule, settings.tls)) return [];
    // The text form of a protobuf message.
    const port = settings.port ? `number:${settings.port.number ?? 0}` : "<nil>";
    const path = `spec.trafficPolicy.portLevelSettings[${index}].tls.caCertificates`;
    return [about(rule, unverifiedPort({ ...place, mode: settings.tls?.mode ?? "" }, port), path)];
  });
  return [...messages, ...ports];
}

const isUnverified = ({ spec }: Rule, tls: Tls | undefined): boolean =>
  (tls?.mode === "SIMPLE" || tls?.mode === "MUTUAL") &&
  tls.caCertificates === "" &&
  !(tls.credentialName !== "" && spec.workloadSelector);

/** Hosts and subsets without anybody behind them. Since 1.25. */
export const subsetSelectPodAnalyzer: Analyzer = {
  name: "destinationrule.SubsetSelectPodAnalyzer",
  description: "Checks if pods are selected by subsets in destination rules.",
  inputs: ["DestinationRule", "Pod", "Service", "ServiceEntry"],
  run(world) {
    const known = knownHosts(world);
    return world.destinationRules.flatMap((rule) => {
      const { host, exportTo, subsets } = rule.spec;
      const found = findHost(known, host, { namespace: rule.metadata.namespace, exportTo });
      if (!found) return [about(rule, unknownDestinationRuleHost(host))];
      return subsets
        .filter(
          ({ labels }) =>
            !world.pods.some(({ metadata }) =>
              selects({ ...found.workloadLabels, ...labels }, metadata.labels),
            ),
        )
        .map(({ name }) => about(rule, subsetSelectsNoPods(name)));
    });
  },
};

/** TCP has no name in it: without an address nobody can tell where it goes. */
export const protocolAddressesAnalyzer: Analyzer = {
  name: "serviceentry.Analyzer",
  description: "Checks the validity of ServiceEntry",
  inputs: ["ServiceEntry"],
  run({ serviceEntries, meshConfig }) {
    const metadata = meshConfig.defaultConfig?.proxyMetadata ?? {};
    const allocated =
      metadata.ISTIO_META_DNS_CAPTURE === "true" && metadata.ISTIO_META_DNS_AUTO_ALLOCATE === "true";
    if (allocated) return [];
    return serviceEntries
      .filter(({ spec }) => spec.addresses === undefined)
      .flatMap((entry) =>
        entry.spec.ports.flatMap(({ protocol }, index) =>
          protocol === "" || protocol === "TCP"
            ? [about(entry, serviceEntryAddressesRequired(), `spec.ports[${index}].name`)]
            : [],
        ),
      );
  },
};
