import type { FieldError, KubeObject } from "../../../apimachinery/index.ts";
import { ageColumn, nameColumn, text } from "../../meta/columns.ts";
import { duplicate, invalidValue, notSupported, required } from "../../meta/fields.ts";
import { humanDuration } from "../../meta/human-duration.ts";
import type { Condition } from "../../meta/types.ts";
import type { ResourceStrategy } from "../../strategy.ts";

export interface CertificateCondition extends Condition {
  readonly lastUpdateTime?: string;
}

export interface CertificateSigningRequest extends KubeObject {
  readonly spec: {
    /** PEM, in base64. */
    readonly request?: string;
    readonly signerName?: string;
    readonly usages?: readonly string[];
    readonly expirationSeconds?: number;
    readonly username?: string;
    readonly groups?: readonly string[];
    readonly uid?: string;
  };
  readonly status?: {
    readonly conditions?: readonly CertificateCondition[];
    readonly certificate?: string;
  };
}

const USAGES = [
  ...[
    "any",
    "cert sign",
    "client auth",
    "code signing",
    "content commitment",
    "crl sign",
    "data encipherment",
  ],
  ...[
    "decipher only",
    "digital signature",
    "email protection",
    "encipher only",
    "ipsec end system",
    "ipsec tunnel",
  ],
  ...[
    "ipsec user",
    "key agreement",
    "key encipherment",
    "microsoft sgc",
    "netscape sgc",
    "ocsp signing",
    "s/mime",
  ],
  ...["server auth", "signing", "timestamping"],
];
const LEAST_SECONDS = 600;
const PEM_REQUEST = /^\s*-----BEGIN CERTIFICATE REQUEST-----[\s\S]+-----END CERTIFICATE REQUEST-----\s*$/;

/** Follows pkg/apis/certificates/validation. What is inside of the request is looked at when it is signed. */
function validate(request: CertificateSigningRequest): FieldError[] {
  const { spec } = request;
  const errors: FieldError[] = [];
  const pem = Buffer.from(spec.request ?? "", "base64").toString("utf8");
  if (!PEM_REQUEST.test(pem)) {
    const bytes = [...Buffer.from(pem)].map((byte) => `0x${byte.toString(16)}`).join(", ");
    errors.push({
      type: "FieldValueInvalid",
      field: "spec.request",
      message: `Invalid value: []byte{${bytes}}: PEM block type must be CERTIFICATE REQUEST`,
    });
  }
  const { usages = [], signerName = "", expirationSeconds } = spec;
  if (usages.length === 0) errors.push(required("spec.usages", "usages must be provided"));
  for (const [index, usage] of usages.entries()) {
    const field = `spec.usages[${index}]`;
    if (!USAGES.includes(usage)) errors.push(notSupported(field, usage, USAGES));
    else if (usages.indexOf(usage) !== index) errors.push(duplicate(field, usage));
  }
  if (!signerName) errors.push(required("spec.signerName"));
  else if (!/^[a-z0-9.-]+\/[^/].*$/.test(signerName)) {
    const why = "must be a fully qualified domain and path of the form 'example.com/signer-name'";
    errors.push(invalidValue("spec.signerName", signerName, why));
  }
  if (expirationSeconds !== undefined && expirationSeconds < LEAST_SECONDS) {
    const why = "may not specify a duration less than 600 seconds (10 minutes)";
    errors.push(invalidValue("spec.expirationSeconds", expirationSeconds, why));
  }
  if (conditionOf(request, "Approved") && conditionOf(request, "Denied")) {
    const why = "Approved and Denied conditions are mutually exclusive";
    errors.push(invalidValue("status.conditions[1].type", "Denied", why));
  }
  return errors;
}

const conditionOf = ({ status }: CertificateSigningRequest, type: string) =>
  status?.conditions?.find((condition) => condition.type === type);

export const isApproved = (request: CertificateSigningRequest) =>
  conditionOf(request, "Approved") !== undefined && !conditionOf(request, "Denied");
export const hasFailed = (request: CertificateSigningRequest) => conditionOf(request, "Failed") !== undefined;

function state(request: CertificateSigningRequest): string {
  const denied = conditionOf(request, "Denied") ? "Denied" : "";
  const decision = denied || (conditionOf(request, "Approved") ? "Approved" : "Pending");
  const failed = hasFailed(request) ? ",Failed" : "";
  return `${decision}${failed}${request.status?.certificate ? ",Issued" : ""}`;
}

export const certificateSigningRequestStrategy: ResourceStrategy<CertificateSigningRequest> = {
  group: "certificates.k8s.io",
  version: "v1",
  kind: "CertificateSigningRequest",
  plural: "certificatesigningrequests",
  singular: "certificatesigningrequest",
  shortNames: ["csr"],
  namespaced: false,
  subresources: { status: true },
  defaults: (request) => ({ ...request, spec: request.spec ?? {} }),
  prepareForCreate: (request) => ({ ...request, status: {} }),
  // The request itself is never changed.
  prepareForUpdate: (request, old) => ({ ...request, spec: old.spec }),
  validate,
  printerColumns: [
    nameColumn,
    ageColumn,
    text("SignerName", ({ spec }) => spec.signerName ?? ""),
    text("Requestor", ({ spec }) => spec.username ?? ""),
    text("RequestedDuration", ({ spec }) =>
      spec.expirationSeconds === undefined ? "<none>" : humanDuration(spec.expirationSeconds * 1000),
    ),
    text("Condition", state),
  ],
  selectableFields: ({ spec }) => ({ "spec.signerName": spec.signerName ?? "" }),
};
