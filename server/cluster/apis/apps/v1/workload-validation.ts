import { type FieldError, matchesLabels, selectorOf } from "../../../apimachinery/index.ts";
import { validatePodSpec } from "../../core/v1/pod-validation.ts";
import { atLeast, invalidValue, notSupported, required } from "../../meta/fields.ts";
import { validateLabels } from "../../meta/object-meta.ts";
import type { WorkloadSpec } from "./types.ts";

/** The rules that deployments, replica sets, stateful sets and daemon sets share. `noun` is as upstream's text has it. */
export function validateWorkloadSpec(spec: WorkloadSpec, noun = "deployment"): FieldError[] {
  return [
    ...atLeast("spec.replicas", spec.replicas, 0),
    ...atLeast("spec.minReadySeconds", spec.minReadySeconds, 0),
    ...atLeast("spec.revisionHistoryLimit", spec.revisionHistoryLimit, 0),
    ...validateSelector(spec, noun),
    ...validateLabels("spec.template.labels", spec.template.metadata?.labels),
    ...validateTemplate(spec),
  ];
}

function validateSelector(spec: WorkloadSpec, noun: string): FieldError[] {
  // No selector selects nothing, so it never matches the labels either.
  const selector = selectorOf(spec.selector);
  const errors: FieldError[] = [];
  if (!selector) errors.push(required("spec.selector"));
  else if (selector.length === 0) {
    return [invalidValue("spec.selector", spec.selector, `empty selector is invalid for ${noun}`)];
  }
  const labels = spec.template.metadata?.labels;
  if (selector && matchesLabels(selector, labels)) return errors;
  const detail = "`selector` does not match template `labels`";
  return [...errors, invalidValue("spec.template.metadata.labels", labels, detail)];
}

function validateTemplate(spec: WorkloadSpec): FieldError[] {
  const errors = validatePodSpec(spec.template.spec, "spec.template.spec");
  const policy = spec.template.spec.restartPolicy;
  if (policy && policy !== "Always") {
    errors.push(notSupported("spec.template.spec.restartPolicy", policy, ["Always"]));
  }
  return errors;
}
