import type { FieldError } from "../../apimachinery/index.ts";

// Constructors named after apimachinery field.Required, field.Invalid and so on; the texts are upstream's.

export function required(field: string, detail = ""): FieldError {
  return {
    type: "FieldValueRequired",
    field,
    message: detail ? `Required value: ${detail}` : "Required value",
  };
}

export function invalidValue(field: string, value: unknown, detail: string): FieldError {
  return { type: "FieldValueInvalid", field, message: `Invalid value: ${shown(value)}: ${detail}` };
}

export function notSupported(field: string, value: unknown, supported: readonly string[]): FieldError {
  const list = supported.map((item) => JSON.stringify(item)).join(", ");
  return {
    type: "FieldValueNotSupported",
    field,
    message: `Unsupported value: ${shown(value)}: supported values: ${list}`,
  };
}

export function duplicate(field: string, value: unknown): FieldError {
  return { type: "FieldValueDuplicate", field, message: `Duplicate value: ${shown(value)}` };
}

export function forbiddenField(field: string, detail: string): FieldError {
  return { type: "FieldValueForbidden", field, message: `Forbidden: ${detail}` };
}

export function notFoundField(field: string, value: unknown): FieldError {
  return { type: "FieldValueNotFound", field, message: `Not found: ${shown(value)}` };
}

export function tooLong(field: string, maxBytes: number): FieldError {
  return {
    type: "FieldValueTooLong",
    field,
    message: `Too long: may not be more than ${maxBytes} bytes`,
  };
}

function shown(value: unknown): string {
  return value === undefined ? "null" : (JSON.stringify(value) ?? "null");
}

/** One Invalid error for each complaint about the value. */
export function invalidEach(field: string, value: unknown, complaints: readonly string[]): FieldError[] {
  return complaints.map((text) => invalidValue(field, value, text));
}

export function atLeast(field: string, value: number | undefined, least: number): FieldError[] {
  if (value === undefined || value >= least) return [];
  return [invalidValue(field, value, `must be greater than or equal to ${least}`)];
}

export function portNumber(field: string, value: number | undefined): FieldError[] {
  if (typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= 65535) return [];
  return [invalidValue(field, value ?? 0, "must be between 1 and 65535, inclusive")];
}
