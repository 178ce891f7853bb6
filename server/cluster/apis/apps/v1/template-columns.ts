import { formatLabelSelector, type KubeObject, selectorOf } from "../../../apimachinery/index.ts";
import type { PodTemplateSpec } from "../../core/v1/pod-types.ts";
import { text, wide } from "../../meta/columns.ts";
import type { LabelSelectorObject } from "../../meta/types.ts";
import type { PrinterColumn } from "../../strategy.ts";

interface HasTemplate extends KubeObject {
  readonly spec: { readonly template?: PodTemplateSpec; readonly selector?: LabelSelectorObject };
}

/** `app=web,tier in (a,b)`, sorted by key, or `<none>`. Follows metav1.FormatLabelSelector. */
export function formatSelector(selector: LabelSelectorObject | undefined): string {
  const requirements = [...(selectorOf(selector) ?? [])].sort((a, b) => (a.key < b.key ? -1 : 1));
  return formatLabelSelector(requirements) || "<none>";
}

const containersOf = ({ spec }: HasTemplate) => spec.template?.spec?.containers ?? [];

export const containersColumn: PrinterColumn<HasTemplate> = wide(
  text("Containers", (object) =>
    containersOf(object)
      .map(({ name }) => name)
      .join(","),
  ),
);

export const imagesColumn: PrinterColumn<HasTemplate> = wide(
  text("Images", (object) =>
    containersOf(object)
      .map(({ image }) => image ?? "")
      .join(","),
  ),
);

export const selectorColumn: PrinterColumn<HasTemplate> = wide(
  text("Selector", ({ spec }) => formatSelector(spec.selector)),
);
