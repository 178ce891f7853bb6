import type { KubeObject } from "../../../apimachinery/index.ts";
import { ageColumn, formatLabels, nameColumn, text } from "../../meta/columns.ts";
import type { ResourceStrategy } from "../../strategy.ts";
import type { Container, PodTemplateSpec } from "./pod-types.ts";

interface PodTemplate extends KubeObject {
  readonly template?: PodTemplateSpec;
}

const each = ({ template }: PodTemplate, part: (container: Container) => string) =>
  (template?.spec.containers ?? []).map(part).join(",");

export const podTemplateStrategy: ResourceStrategy<PodTemplate> = {
  group: "",
  version: "v1",
  kind: "PodTemplate",
  plural: "podtemplates",
  singular: "podtemplate",
  namespaced: true,
  printerColumns: [
    nameColumn,
    text("Containers", (object) => each(object, ({ name }) => name)),
    text("Images", (object) => each(object, ({ image = "" }) => image)),
    text("Pod Labels", ({ template }) => formatLabels(template?.metadata?.labels)),
    ageColumn,
  ],
};
