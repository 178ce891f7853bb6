import { podTemplateDefaults } from "../../core/v1/pod-defaults.ts";
import { ageColumn, formatLabels, integer, nameColumn, text } from "../../meta/columns.ts";
import { immutable } from "../../meta/object-meta.ts";
import { withDefaults } from "../../meta/with-defaults.ts";
import type { ResourceStrategy } from "../../strategy.ts";
import { containersColumn, imagesColumn, selectorColumn } from "./template-columns.ts";
import type { DaemonSet } from "./types.ts";
import { validateWorkloadSpec } from "./workload-validation.ts";

const ROLLING_UPDATE = { maxUnavailable: 1, maxSurge: 0 };

function defaults(set: DaemonSet): DaemonSet {
  const strategy = withDefaults(set.spec?.updateStrategy ?? {}, { type: "RollingUpdate" });
  const rolling = strategy.type === "RollingUpdate";
  return {
    ...set,
    spec: withDefaults(
      {
        ...set.spec,
        template: podTemplateDefaults(set.spec?.template),
        updateStrategy: rolling
          ? { ...strategy, rollingUpdate: withDefaults(strategy.rollingUpdate ?? {}, ROLLING_UPDATE) }
          : strategy,
      },
      { revisionHistoryLimit: 10 },
    ),
  };
}

export const daemonSetStrategy: ResourceStrategy<DaemonSet> = {
  group: "apps",
  version: "v1",
  kind: "DaemonSet",
  plural: "daemonsets",
  singular: "daemonset",
  shortNames: ["ds"],
  categories: ["all"],
  namespaced: true,
  subresources: { status: true },
  defaults,
  prepareForCreate: (set) => ({
    ...set,
    status: { currentNumberScheduled: 0, numberMisscheduled: 0, desiredNumberScheduled: 0, numberReady: 0 },
  }),
  validate: ({ spec }) => [...validateWorkloadSpec(spec, "daemonset")],
  validateUpdate: (set, old) => immutable("spec.selector", set.spec.selector, old.spec.selector),
  printerColumns: [
    nameColumn,
    integer("Desired", ({ status }) => status?.desiredNumberScheduled ?? 0),
    integer("Current", ({ status }) => status?.currentNumberScheduled ?? 0),
    integer("Ready", ({ status }) => status?.numberReady ?? 0),
    integer("Up-to-date", ({ status }) => status?.updatedNumberScheduled ?? 0),
    integer("Available", ({ status }) => status?.numberAvailable ?? 0),
    text("Node Selector", ({ spec }) => formatLabels(spec.template.spec.nodeSelector)),
    ageColumn,
    containersColumn,
    imagesColumn,
    selectorColumn,
  ],
};
