import { deepEqual, type FieldError, labelNameErrors, subdomainErrors } from "../../../apimachinery/index.ts";
import {
  atLeast,
  duplicate,
  forbiddenField,
  invalidEach,
  invalidValue,
  notSupported,
  required,
} from "../../meta/fields.ts";
import { validateContainers } from "./container-validation.ts";
import type { Pod, PodSpec } from "./pod-types.ts";

// Follows ValidatePodSpec and ValidatePodUpdate of pkg/apis/core/validation/validation.go, for common mistakes.

const RESTART_POLICIES = ["Always", "OnFailure", "Never"];
const DNS_POLICIES = ["ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"];

export function validatePodSpec(spec: PodSpec, path = "spec"): FieldError[] {
  const errors: FieldError[] = [];
  const volumes = new Set<string>();
  for (const [index, volume] of (spec.volumes ?? []).entries()) {
    const field = `${path}.volumes[${index}].name`;
    if (!volume.name) errors.push(required(field));
    else if (volumes.has(volume.name)) errors.push(duplicate(field, volume.name));
    else errors.push(...invalidEach(field, volume.name, labelNameErrors(volume.name)));
    volumes.add(volume.name);
  }
  errors.push(...validateContainers(spec, path, volumes));
  if (spec.restartPolicy && !RESTART_POLICIES.includes(spec.restartPolicy)) {
    errors.push(notSupported(`${path}.restartPolicy`, spec.restartPolicy, RESTART_POLICIES));
  }
  if (spec.dnsPolicy && !DNS_POLICIES.includes(spec.dnsPolicy)) {
    errors.push(notSupported(`${path}.dnsPolicy`, spec.dnsPolicy, DNS_POLICIES));
  }
  errors.push(...atLeast(`${path}.terminationGracePeriodSeconds`, spec.terminationGracePeriodSeconds, 0));
  const account = spec.serviceAccountName;
  if (account) errors.push(...invalidEach(`${path}.serviceAccountName`, account, subdomainErrors(account)));
  for (const [index, toleration] of (spec.tolerations ?? []).entries()) {
    if (!toleration.key && toleration.operator !== "Exists") {
      const detail =
        'operator must be Exists when `key` is empty, which means "match all values and all keys"';
      errors.push(invalidValue(`${path}.tolerations[${index}].operator`, toleration.operator ?? "", detail));
    }
  }
  return errors;
}

const UPDATABLE =
  "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";

export function validatePodUpdate(pod: Pod, old: Pod): FieldError[] {
  const same = deepEqual(fixedParts(pod.spec), fixedParts(old.spec));
  return same ? [] : [forbiddenField("spec", UPDATABLE)];
}

function fixedParts(spec: PodSpec): object {
  const { activeDeadlineSeconds: _, tolerations: __, ...rest } = spec;
  const withoutImage = (container: { image?: string }) => ({ ...container, image: "" });
  return {
    ...rest,
    containers: spec.containers.map(withoutImage),
    initContainers: (spec.initContainers ?? []).map(withoutImage),
  };
}
