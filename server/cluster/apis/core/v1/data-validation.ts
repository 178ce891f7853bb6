import type { FieldError } from "../../../apimachinery/index.ts";
import { deepEqual } from "../../../apimachinery/index.ts";
import { forbiddenField, invalidValue, tooLong } from "../../meta/fields.ts";

/** core/v1 MaxSecretSize, for config maps too. */
const DATA_LIMIT = 1024 * 1024;
const KEY = /^[-._a-zA-Z0-9]+$/;
const KEY_MESSAGE =
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";

type Data = Readonly<Record<string, string>> | undefined;

/** Keys and total size of a config map's or secret's data. */
export function validateData(field: string, data: Data): FieldError[] {
  const errors: FieldError[] = [];
  let size = 0;
  for (const [key, value] of Object.entries(data ?? {})) {
    if (!KEY.test(key)) errors.push(invalidValue(`${field}[${key}]`, key, KEY_MESSAGE));
    else if (key === "." || key === "..") {
      errors.push(invalidValue(`${field}[${key}]`, key, `must not be '${key}'`));
    }
    size += value.length;
  }
  if (size > DATA_LIMIT) errors.push(tooLong(field, DATA_LIMIT));
  return errors;
}

interface Holder {
  readonly immutable?: boolean;
  readonly data?: Data;
  readonly binaryData?: Data;
}

/** What `immutable: true` forbids. */
export function validateImmutableData(next: Holder, old: Holder): FieldError[] {
  if (!old.immutable) return [];
  const errors: FieldError[] = [];
  const detail = "field is immutable when `immutable` is set";
  if (!next.immutable) errors.push(forbiddenField("immutable", detail));
  if (!deepEqual(next.data ?? {}, old.data ?? {})) errors.push(forbiddenField("data", detail));
  if (!deepEqual(next.binaryData ?? {}, old.binaryData ?? {})) {
    errors.push(forbiddenField("binaryData", detail));
  }
  return errors;
}
