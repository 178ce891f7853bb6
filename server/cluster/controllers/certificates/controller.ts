import { isNotFound } from "../../apimachinery/index.ts";
import { type CertificateSigningRequest, hasFailed, isApproved, resourceTypes } from "../../apis/index.ts";
import {
  type ControllerContext,
  clientFor,
  enqueueAll,
  queueFor,
  run,
  timestamp,
} from "../common/context.ts";
import { signingRefusal } from "./plan.ts";

/** Signs a request in PEM; rejects what is no request. */
export type CertificateSigner = (
  requestPem: string,
  options: { readonly usages: readonly string[]; readonly seconds: number },
) => Promise<string>;

/** --cluster-signing-duration. */
const YEAR_SECONDS = 365 * 24 * 3600;

/** Issues the certificates of approved requests for Kubernetes' own signers. Follows pkg/controller/certificates/signer. */
export function startCertificateController(context: ControllerContext, sign: CertificateSigner): void {
  const type = resourceTypes.certificateSigningRequests;
  const requests = context.informers.of(type);
  const client = clientFor(context, type);
  const queue = queueFor(context);
  enqueueAll(context, type, queue);

  async function write(request: CertificateSigningRequest, status: CertificateSigningRequest["status"]) {
    try {
      await client.updateStatus({ ...request, status: { ...request.status, ...status } });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  function failed(request: CertificateSigningRequest, reason: string, message: string) {
    const now = timestamp(context);
    const condition = {
      ...{ type: "Failed", status: "True", reason, message },
      ...{ lastUpdateTime: now, lastTransitionTime: now },
    } as const;
    return write(request, { conditions: [...(request.status?.conditions ?? []), condition] });
  }

  run(context, {
    name: "certificates",
    queue,
    caches: [requests],
    async reconcile(key) {
      const request = requests.lister.get(key);
      if (!request || !isApproved(request) || hasFailed(request) || request.status?.certificate) return;
      const refusal = signingRefusal(request);
      if (refusal === "not ours") return;
      if (refusal) return failed(request, "SignerValidationFailure", refusal);
      const { usages = [], expirationSeconds = YEAR_SECONDS } = request.spec;
      const pem = Buffer.from(request.spec.request ?? "", "base64").toString("utf8");
      try {
        const certificate = await sign(pem, { usages, seconds: Math.min(expirationSeconds, YEAR_SECONDS) });
        await write(request, { certificate: Buffer.from(certificate).toString("base64") });
      } catch (error) {
        await failed(request, "SigningFailure", error instanceof Error ? error.message : String(error));
      }
    },
  });
}
