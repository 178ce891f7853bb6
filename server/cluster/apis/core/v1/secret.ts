import type { FieldError } from "../../../apimachinery/index.ts";
import { ageColumn, integer, nameColumn, text } from "../../meta/columns.ts";
import { required } from "../../meta/fields.ts";
import { immutable } from "../../meta/object-meta.ts";
import type { ResourceStrategy } from "../../strategy.ts";
import { validateData, validateImmutableData } from "./data-validation.ts";
import type { Secret } from "./types.ts";

/** Keys that a secret of a known type must have. */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  "kubernetes.io/tls": ["tls.crt", "tls.key"],
  "kubernetes.io/dockercfg": [".dockercfg"],
  "kubernetes.io/dockerconfigjson": [".dockerconfigjson"],
  "kubernetes.io/ssh-auth": ["ssh-privatekey"],
};

/** `stringData` is for writing only: it goes into `data` and is never given back. */
function defaults(secret: Secret): Secret {
  const { stringData, ...rest } = secret;
  const plain = Object.entries(stringData ?? {}).map(([key, value]) => [
    key,
    Buffer.from(value, "utf8").toString("base64"),
  ]);
  const data = plain.length > 0 ? { ...secret.data, ...Object.fromEntries(plain) } : secret.data;
  return { ...rest, ...(data ? { data } : {}), type: secret.type || "Opaque" };
}

function missingKeys(secret: Secret): FieldError[] {
  return (NEEDED[secret.type ?? ""] ?? [])
    .filter((key) => secret.data?.[key] === undefined)
    .map((key) => required(`data[${key}]`));
}

export const secretStrategy: ResourceStrategy<Secret> = {
  group: "",
  version: "v1",
  kind: "Secret",
  plural: "secrets",
  singular: "secret",
  namespaced: true,
  defaults,
  validate: (secret) => [...validateData("data", secret.data), ...missingKeys(secret)],
  validateUpdate: (secret, old) => [
    ...immutable("type", secret.type, old.type),
    ...validateImmutableData(secret, old),
  ],
  printerColumns: [
    nameColumn,
    text("Type", (secret) => secret.type ?? ""),
    integer("Data", (secret) => Object.keys(secret.data ?? {}).length),
    ageColumn,
  ],
  selectableFields: (secret) => ({ type: secret.type ?? "" }),
};
