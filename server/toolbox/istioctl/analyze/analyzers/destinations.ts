import { portSelectorRequired, referencedResourceNotFound, subsetNotAffectingIngress } from "../findings.ts";
import { serviceOf } from "../hosts.ts";
import { about, type Message } from "../message.ts";
import { fullName, type Resource } from "../resource.ts";
import { findHost, type KnownHost, knownHosts } from "../services.ts";
import type { Destination, VirtualService } from "../specs.ts";
import type { Analyzer, World } from "../world.ts";

type Rule = Resource<VirtualService>;

/** A destination of a rule, and where it stands. */
interface Placed {
  readonly destination: Destination;
  /** Path of its host, whose line a message names. */
  readonly path: string;
  readonly mirror: boolean;
}

/** Destinations of every route and mirror; tcp and tls first, as upstream goes through them. */
function destinations({ spec }: Rule): Placed[] {
  const routed = [
    ...spec.tcp.map((route, index) => ({ route, at: `spec.tcp[${index}]` })),
    ...spec.tls.map((route, index) => ({ route, at: `spec.tls[${index}]` })),
    ...spec.http.map((route, index) => ({ route, at: `spec.http[${index}]` })),
  ].flatMap(({ route, at }) =>
    route.route.map(({ destination }, index) => ({
      destination,
      path: `${at}.route[${index}].destination.host`,
      mirror: false,
    })),
  );
  const mirrored = spec.http.flatMap(({ mirror, mirrors }, index) => [
    ...(mirror ? [{ destination: mirror, path: `spec.http[${index}].mirror.host`, mirror: true }] : []),
    ...mirrors.map(({ destination }, number) => ({
      destination,
      path: `spec.http[${index}].mirrors[${number}].host`,
      mirror: true,
    })),
  ]);
  return [...routed, ...mirrored].map(({ destination, ...place }) => ({
    ...place,
    destination: destination ?? { host: "", subset: "", port: undefined },
  }));
}

/** Hosts that exist and ports that they have. */
export const destinationHostAnalyzer: Analyzer = {
  name: "virtualservice.DestinationHostAnalyzer",
  description: "Checks the destination hosts associated with each virtual service",
  inputs: ["ServiceEntry", "VirtualService", "Service"],
  run(world) {
    const known = knownHosts(world);
    return world.virtualServices.flatMap((rule) => [
      ...destinations(rule).flatMap((placed) => hostMessages(rule, placed, known)),
      ...ineffectiveSubsets(rule, world),
    ]);
  },
};

function hostMessages(
  rule: Rule,
  { destination, path, mirror }: Placed,
  known: ReadonlyMap<string, KnownHost>,
): Message[] {
  const { host, port } = destination;
  const asking = { namespace: rule.metadata.namespace, exportTo: rule.spec.exportTo };
  const found = findHost(known, host, asking);
  if (!found) return [about(rule, referencedResourceNotFound(mirror ? "mirror host" : "host", host), path)];
  if (!port)
    return found.ports.length > 1 ? [about(rule, portSelectorRequired(host, found.ports), path)] : [];
  const number = port.number ?? 0;
  if (found.ports.includes(number)) return [];
  return [about(rule, referencedResourceNotFound("host:port", `${host}:${number}`), path)];
}

/** A rule of a gateway without subsets, beside another rule that gives the same host subsets: the latter is passed over. */
function ineffectiveSubsets(rule: Rule, { virtualServices }: World): Message[] {
  if (rule.spec.gateways.length === 0) return [];
  return rule.spec.http.flatMap(({ route }) =>
    route.flatMap(({ destination }) => {
      if (destination?.subset !== "") return [];
      // Without a line of its own: upstream looks for one under the route's name, where there is none.
      return virtualServices
        .filter((other) => hasSubsetOf(other, destination.host))
        .map((other) => about(rule, subsetNotAffectingIngress(fullName(other), fullName(rule))));
    }),
  );
}

const hasSubsetOf = ({ spec: { http, hosts } }: Rule, host: string): boolean =>
  hosts.includes(host) &&
  http.some(({ route }) =>
    route.some(({ destination }) => destination?.host === host && destination.subset !== ""),
  );

/** Subsets that a DestinationRule defines. */
export const destinationRuleAnalyzer: Analyzer = {
  name: "virtualservice.DestinationRuleAnalyzer",
  description: "Checks the destination rules associated with each virtual service",
  inputs: ["VirtualService", "DestinationRule"],
  run({ virtualServices, destinationRules }) {
    const defined = new Set(
      destinationRules.flatMap(({ metadata, spec }) =>
        spec.subsets.map(({ name }) => `${serviceOf(spec.host, metadata.namespace)}+${name}`),
      ),
    );
    return virtualServices.flatMap((rule) =>
      destinations(rule)
        .filter(({ destination: { host, subset } }) => {
          return subset !== "" && !defined.has(`${serviceOf(host, rule.metadata.namespace)}+${subset}`);
        })
        .map(({ destination: { host, subset }, path, mirror }) => {
          const what = `${mirror ? "mirror" : "host"}+subset in destinationrule`;
          return about(rule, referencedResourceNotFound(what, `${host}+${subset}`), path);
        }),
    );
  },
};
