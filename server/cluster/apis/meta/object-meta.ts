import {
  deepEqual,
  type FieldError,
  labelNameErrors,
  labelValueErrors,
  type ObjectMeta,
  pathSegmentErrors,
  qualifiedNameErrors,
  subdomainErrors,
} from "../../apimachinery/index.ts";
import { invalidEach, invalidValue, required, tooLong } from "./fields.ts";

const DNS_1035 = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
const DNS_1035_MESSAGE =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";

/** apimachinery validation.TotalAnnotationSizeLimitB. */
const ANNOTATIONS_LIMIT = 256 * 1024;

/** What is wrong with a DNS-1035 label (service names); empty when nothing is. */
export function dns1035LabelErrors(value: string): string[] {
  const errors: string[] = [];
  if (value.length > 63) errors.push("must be no more than 63 characters");
  if (!DNS_1035.test(value)) errors.push(DNS_1035_MESSAGE);
  return errors;
}

export type NameRule = "subdomain" | "label" | "service" | "path-segment";

const nameRules: Record<NameRule, (value: string) => string[]> = {
  subdomain: subdomainErrors,
  label: labelNameErrors,
  service: dns1035LabelErrors,
  "path-segment": pathSegmentErrors,
};

/** Follows apimachinery api/validation/objectmeta.go ValidateObjectMeta, for what a person can get wrong. */
export function validateObjectMeta(meta: ObjectMeta, rule: NameRule): FieldError[] {
  const errors: FieldError[] = [];
  if (!meta.name) {
    errors.push(required("metadata.name", "name or generateName is required"));
  } else {
    errors.push(...invalidEach("metadata.name", meta.name, nameRules[rule](meta.name)));
  }
  errors.push(...validateLabels("metadata.labels", meta.labels));
  errors.push(...validateAnnotations("metadata.annotations", meta.annotations));
  for (const finalizer of meta.finalizers ?? []) {
    errors.push(...invalidEach("metadata.finalizers", finalizer, qualifiedNameErrors(finalizer)));
  }
  return errors;
}

export function validateLabels(
  field: string,
  labels: Readonly<Record<string, string>> | undefined,
): FieldError[] {
  return Object.entries(labels ?? {}).flatMap(([key, value]) => [
    ...invalidEach(field, key, qualifiedNameErrors(key)),
    ...invalidEach(field, value, labelValueErrors(value)),
  ]);
}

export function validateAnnotations(
  field: string,
  annotations: Readonly<Record<string, string>> | undefined,
): FieldError[] {
  const errors: FieldError[] = [];
  let size = 0;
  for (const [key, value] of Object.entries(annotations ?? {})) {
    errors.push(...invalidEach(field, key, qualifiedNameErrors(key.toLowerCase())));
    size += key.length + value.length;
  }
  if (size > ANNOTATIONS_LIMIT) errors.push(tooLong(field, ANNOTATIONS_LIMIT));
  return errors;
}

/** The one message of apimachinery's ValidateImmutableField. */
export function immutable(field: string, value: unknown, old: unknown): FieldError[] {
  return deepEqual(value, old) ? [] : [invalidValue(field, value, "field is immutable")];
}
