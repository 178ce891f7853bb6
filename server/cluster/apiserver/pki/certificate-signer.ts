import "reflect-metadata";
import { createPrivateKey, webcrypto } from "node:crypto";
import * as x509 from "@peculiar/x509";
import type { Clock, Random } from "../../base/index.ts";
import { ALGORITHM, pem, type ServingIdentity } from "./serving-certificate.ts";

export interface CertificateOptions {
  /** As a CertificateSigningRequest names them: `client auth`, `digital signature`. */
  readonly usages: readonly string[];
  readonly seconds: number;
}

export type CertificateSigner = (requestPem: string, options: CertificateOptions) => Promise<string>;

const BACKDATE_MS = 5 * 60_000;

const KEY_USAGES: Readonly<Record<string, x509.KeyUsageFlags>> = {
  signing: x509.KeyUsageFlags.digitalSignature,
  "digital signature": x509.KeyUsageFlags.digitalSignature,
  "content commitment": x509.KeyUsageFlags.nonRepudiation,
  "key encipherment": x509.KeyUsageFlags.keyEncipherment,
  "key agreement": x509.KeyUsageFlags.keyAgreement,
  "data encipherment": x509.KeyUsageFlags.dataEncipherment,
};
const EXTENDED_USAGES: Readonly<Record<string, string>> = {
  "server auth": x509.ExtendedKeyUsage.serverAuth,
  "client auth": x509.ExtendedKeyUsage.clientAuth,
  "code signing": x509.ExtendedKeyUsage.codeSigning,
  "email protection": x509.ExtendedKeyUsage.emailProtection,
  timestamping: x509.ExtendedKeyUsage.timeStamping,
  "ocsp signing": x509.ExtendedKeyUsage.ocspSigning,
};

/** Issues what was asked for under the cluster's authority. Follows pkg/controller/certificates/authority/policies.go. */
export function certificateSigner(
  { caPem, caKeyPem }: ServingIdentity,
  { clock, random }: { readonly clock: Clock; readonly random: Random },
): CertificateSigner {
  return async (requestPem, { usages, seconds }) => {
    const request = new x509.Pkcs10CertificateRequest(requestPem);
    if (!(await request.verify())) throw new Error("unable to verify certificate request signature");
    const authority = new x509.X509Certificate(caPem);
    const pkcs8 = createPrivateKey(caKeyPem).export({ type: "pkcs8", format: "der" });
    const signingKey = await webcrypto.subtle.importKey("pkcs8", pkcs8, ALGORITHM, false, ["sign"]);
    const flags = usages.reduce((all, usage) => all | (KEY_USAGES[usage] ?? 0), 0);
    const extended = usages.flatMap((usage) => EXTENDED_USAGES[usage] ?? []);
    const names = request.extensions.find((one) => one instanceof x509.SubjectAlternativeNameExtension);
    const certificate = await x509.X509CertificateGenerator.create({
      serialNumber: `00${Buffer.from(random.bytes(15)).toString("hex")}`,
      subject: request.subjectName.toJSON(),
      issuer: authority.subject,
      notBefore: new Date(clock.now() - BACKDATE_MS),
      notAfter: new Date(clock.now() - BACKDATE_MS + seconds * 1000),
      publicKey: request.publicKey,
      signingKey,
      signingAlgorithm: ALGORITHM,
      extensions: [
        ...(flags ? [new x509.KeyUsagesExtension(flags, true)] : []),
        ...(extended.length > 0 ? [new x509.ExtendedKeyUsageExtension(extended)] : []),
        new x509.BasicConstraintsExtension(false, undefined, true),
        await x509.AuthorityKeyIdentifierExtension.create(authority.publicKey),
        ...(names ? [names] : []),
      ],
    });
    return pem(certificate);
  };
}

/** The organisations that a request names, which become groups; none of what is no request: signing it will fail. */
export function requestedOrganisations(requestPem: string): readonly string[] {
  try {
    return new x509.Pkcs10CertificateRequest(requestPem).subjectName.getField("O");
  } catch {
    return [];
  }
}
