import "reflect-metadata";
import { X509CertificateGenerator } from "@peculiar/x509";

/** A certificate for shop.example that ends on the given day, in PEM. */
export async function certificateUntil(notAfter: string): Promise<string> {
  const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const keys = await crypto.subtle.generateKey(algorithm, false, ["sign", "verify"]);
  const certificate = await X509CertificateGenerator.createSelfSigned(
    {
      name: "CN=shop.example",
      notBefore: new Date("2026-01-01"),
      notAfter: new Date(notAfter),
      signingAlgorithm: algorithm,
      keys,
    },
    crypto,
  );
  return certificate.toString("pem");
}
