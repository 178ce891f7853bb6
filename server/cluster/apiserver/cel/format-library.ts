import { type CelFunc, CelScalar, celFunc, celMethod } from "@bufbuild/cel";
import {
  labelNameErrors,
  labelValueErrors,
  qualifiedNameErrors,
  subdomainErrors,
} from "../../apimachinery/index.ts";
import { OPAQUE, opaque, textOf } from "./opaque.ts";
import { absent, present } from "./optional-library.ts";

// Follows apiserver pkg/cel/library/format.go: names of formats whose validators answer with an optional list of complaints.

const { STRING } = CelScalar;
const FORMAT = "format";

const LABEL_1035 =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";

function label1035Errors(value: string): string[] {
  const long = value.length > 63 ? ["must be no more than 63 bytes"] : [];
  return /^[a-z]([-a-z0-9]*[a-z0-9])?$/.test(value) ? long : [...long, LABEL_1035];
}

/** A prefix may end with a dash, since more will follow. */
const prefix = (complaints: (value: string) => string[]) => (value: string) =>
  complaints(value.endsWith("-") ? `${value.slice(0, -1)}a` : value);

const matching = (pattern: RegExp, complaint: string) => (value: string) =>
  pattern.test(value) ? [] : [complaint];

const FORMATS: Readonly<Record<string, (value: string) => readonly string[]>> = {
  dns1123Label: labelNameErrors,
  dns1123Subdomain: subdomainErrors,
  dns1035Label: label1035Errors,
  dns1123LabelPrefix: prefix(labelNameErrors),
  dns1123SubdomainPrefix: prefix(subdomainErrors),
  dns1035LabelPrefix: prefix(label1035Errors),
  qualifiedName: qualifiedNameErrors,
  labelValue: labelValueErrors,
  uri: (value) => (URL.canParse(value) || /^\/\S*$/.test(value) ? [] : ["must be a valid URI"]),
  uuid: matching(
    /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i,
    "does not match the UUID format",
  ),
  byte: matching(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/, "invalid base64"),
  date: (value) =>
    /^\d{4}-\d\d-\d\d$/.test(value) && !Number.isNaN(Date.parse(value)) ? [] : ["invalid date"],
  datetime: (value) =>
    /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d/.test(value) && !Number.isNaN(Date.parse(value))
      ? []
      : ["invalid datetime"],
};

const formatNames = Object.keys(FORMATS);

export const formatFunctions: readonly CelFunc[] = [
  ...formatNames.map((name) => celFunc(`format.${name}`, [], OPAQUE, () => opaque(FORMAT, name))),
  celFunc("format.named", [STRING], OPAQUE, (name) =>
    Object.hasOwn(FORMATS, name) ? present(opaque(FORMAT, name)) : absent(),
  ),
  celMethod("validate", OPAQUE, [STRING], OPAQUE, function (value) {
    const complaints = FORMATS[textOf(FORMAT, this)]?.(value) ?? [];
    return complaints.length === 0 ? absent() : present([...complaints]);
  }),
];
