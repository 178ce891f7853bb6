import {
  conflictingSidecarSelectors,
  conflictingTelemetrySelectors,
  emptyTelemetryProvider,
  referencedResourceNotFound,
  sidecarsWithoutSelector,
  telemetriesWithoutSelector,
} from "../findings.ts";
import { about, type Finding, type Message } from "../message.ts";
import type { Resource } from "../resource.ts";
import { firstKey, selectorText, selects } from "../selectors.ts";
import type { Analyzer, World } from "../world.ts";

/** Sidecars and Telemetries: of each a pod may meet one, and a namespace may have one without a selector. */
interface Scoped {
  readonly resource: Resource;
  readonly labels: Readonly<Record<string, string>>;
  /** Path of the labels. */
  readonly path: string;
}

interface Conflict {
  readonly names: readonly string[];
  readonly namespace: string;
  readonly pod: string;
}

/** Selectors without a pod, and pods that two select. */
function selectorMessages(
  scoped: readonly Scoped[],
  { pods }: World,
  finding: (conflict: Conflict) => Finding,
): Message[] {
  const missing = scoped
    .filter(({ resource, labels }) => !pods.some((pod) => reaches({ resource, labels }, pod)))
    .map(({ resource, labels, path }) =>
      about(
        resource,
        referencedResourceNotFound("selector", selectorText(labels)),
        `${path}.${firstKey(labels)}`,
      ),
    );
  const conflicts = pods.flatMap((pod) => {
    const rivals = scoped.filter((one) => reaches(one, pod)).map(({ resource }) => resource);
    if (rivals.length < 2) return [];
    const names = rivals.map(({ metadata }) => metadata.name).sort();
    const { namespace, name } = pod.metadata;
    return rivals.map((rival) => about(rival, finding({ names, namespace, pod: name }), "metadata.name"));
  });
  return [...missing, ...conflicts];
}

const reaches = ({ resource, labels }: Omit<Scoped, "path">, pod: Resource): boolean =>
  pod.metadata.namespace === resource.metadata.namespace && selects(labels, pod.metadata.labels);

function severalDefaults(
  defaults: readonly Resource[],
  finding: (names: readonly string[], namespace: string) => Finding,
): Message[] {
  return defaults.flatMap((resource) => {
    const { namespace } = resource.metadata;
    const names = defaults
      .filter(({ metadata }) => metadata.namespace === namespace)
      .map(({ metadata }) => metadata.name)
      .sort();
    return names.length > 1 ? [about(resource, finding(names, namespace))] : [];
  });
}

const isEmpty = (labels: object | undefined): boolean => Object.keys(labels ?? {}).length === 0;

export const sidecarSelectorAnalyzer: Analyzer = {
  name: "sidecar.SelectorAnalyzer",
  description:
    "Validates that sidecars that define a workload selector match at least one pod, and that there aren't multiple sidecar resources that select overlapping pods",
  inputs: ["Sidecar", "Pod", "Namespace"],
  run(world) {
    const selecting = world.sidecars
      .filter(({ spec }) => !isEmpty(spec.workloadSelector?.labels))
      .map((resource) => ({
        resource,
        labels: resource.spec.workloadSelector?.labels ?? {},
        path: "spec.workloadSelector.labels",
      }));
    const defaults = world.sidecars.filter(({ spec }) => isEmpty(spec.workloadSelector?.labels));
    return [
      ...selectorMessages(selecting, world, ({ names, namespace, pod }) =>
        conflictingSidecarSelectors(names, namespace, pod),
      ),
      ...severalDefaults(defaults, sidecarsWithoutSelector),
    ];
  },
};

export const telemetrySelectorAnalyzer: Analyzer = {
  name: "telemetry.SelectorAnalyzer",
  description:
    "Validates that telemetries that define a selector match at least one pod, and that there aren't multiple telemetry resources that select overlapping pods",
  inputs: ["Telemetry", "Pod"],
  run(world) {
    const selecting = world.telemetries
      .filter(({ spec }) => !isEmpty(spec.selector?.matchLabels))
      .map((resource) => ({
        resource,
        labels: resource.spec.selector?.matchLabels ?? {},
        path: "spec.selector.matchLabels",
      }));
    return selectorMessages(selecting, world, ({ names, namespace, pod }) =>
      conflictingTelemetrySelectors(names, namespace, pod),
    );
  },
};

export const telemetryDefaultAnalyzer: Analyzer = {
  name: "telemetry.DefaultSelectorAnalyzer",
  description: "Validates that there aren't multiple telemetry resources that have no selector",
  inputs: ["Telemetry"],
  run: ({ telemetries }) =>
    severalDefaults(
      telemetries.filter(({ spec }) => !spec.selector),
      telemetriesWithoutSelector,
    ),
};

export const telemetryProviderAnalyzer: Analyzer = {
  name: "telemetry.ProviderAnalyzer",
  description: "Validates that providers in telemetry resource is valid",
  inputs: ["Telemetry"],
  run({ telemetries, meshConfig }) {
    if (meshConfig.defaultProviders?.accessLogging.length) return [];
    return telemetries.flatMap((telemetry) => {
      const { name, namespace } = telemetry.metadata;
      return telemetry.spec.accessLogging
        .filter(({ disabled, providers }) => !disabled && providers.length === 0)
        .map(() => about(telemetry, emptyTelemetryProvider(name, namespace)));
    });
  },
};
