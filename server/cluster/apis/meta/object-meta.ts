// The registry checks metadata of every kind; here is what some kinds check besides.
import {
  deepEqual,
  type FieldError,
  labelValueErrors,
  qualifiedNameErrors,
} from "../../apimachinery/index.ts";
import { invalidEach, invalidValue } from "./fields.ts";

const DNS_1035 = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
const DNS_1035_MESSAGE =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";

/** What is wrong with a DNS-1035 label (service names); empty when nothing is. */
export function dns1035LabelErrors(value: string): string[] {
  const errors: string[] = [];
  if (value.length > 63) errors.push("must be no more than 63 characters");
  if (!DNS_1035.test(value)) errors.push(DNS_1035_MESSAGE);
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

/** The one message of apimachinery's ValidateImmutableField. */
export function immutable(field: string, value: unknown, old: unknown): FieldError[] {
  return deepEqual(value, old) ? [] : [invalidValue(field, value, "field is immutable")];
}
