import { deepEqual, forbidden, stringOf, valueAt } from "../../apimachinery/index.ts";
import type { Rbac } from "../authorization/rbac.ts";
import { MASTERS } from "../authorization/rbac.ts";
import { requestedOrganisations } from "../pki/certificate-signer.ts";
import { named } from "../registry/resource.ts";
import { type AdmissionPlugin, type Attributes, nameInRefusal } from "./attributes.ts";

const CLIENT_SIGNER = "kubernetes.io/kube-apiserver-client";

/**
 * Writes into a certificate request who asked for it, lets only those decide who may `approve` or `sign` for its signer,
 * and no one ask for the masters' group. Follows registry/certificates strategy.go and plugin/pkg/admission/certificates.
 */
export function certificateRequests(rbac: Rbac): AdmissionPlugin {
  const concerns = ({ resource }: Attributes) =>
    resource.strategy.group === "certificates.k8s.io" &&
    resource.strategy.plural === "certificatesigningrequests";

  function permit(attributes: Attributes, verb: "approve" | "sign"): void {
    const signer = stringOf(valueAt(attributes.oldObject, "spec", "signerName"));
    const ask = (name: string) =>
      rbac.decide({
        ...{ kind: "resource", user: attributes.user, verb, group: "certificates.k8s.io" },
        ...{ resource: "signers", subresource: "", namespace: "", name },
      }).allowed;
    if (ask(signer) || ask(`${signer.split("/")[0]}/*`)) return;
    const why = `user not permitted to ${verb} requests with signerName ${JSON.stringify(signer)}`;
    throw forbidden(named(attributes.resource), nameInRefusal(attributes), why);
  }

  return {
    name: "CertificateRequests",
    mutate(attributes) {
      const { object, operation, user } = attributes;
      if (!concerns(attributes) || operation !== "CREATE") return object;
      const { name: username, groups, uid } = user;
      const { username: _, groups: __, uid: ___, extra: ____, ...spec } = specOf(object.spec);
      const requester = { username, ...(groups ? { groups } : {}), ...(uid ? { uid } : {}) };
      return { ...object, spec: { ...spec, ...requester } };
    },
    validate(attributes) {
      const { object, oldObject, operation, subresource } = attributes;
      if (!concerns(attributes) || !object) return;
      if (subresource === "approval") permit(attributes, "approve");
      const signed = (one: unknown) => valueAt(one, "status", "certificate");
      if (subresource === "status" && !deepEqual(signed(object), signed(oldObject)))
        permit(attributes, "sign");
      if (operation !== "CREATE") return;
      if (valueAt(object, "spec", "signerName") !== CLIENT_SIGNER) return;
      const pem = Buffer.from(stringOf(valueAt(object, "spec", "request")), "base64").toString("utf8");
      if (!requestedOrganisations(pem).includes(MASTERS)) return;
      const why = `use of ${CLIENT_SIGNER} signer with ${MASTERS} group is not allowed`;
      throw forbidden(named(attributes.resource), nameInRefusal(attributes), why);
    },
  };
}

function specOf(spec: unknown): Readonly<Record<string, unknown>> {
  return typeof spec === "object" && spec !== null ? { ...spec } : {};
}
