import {
  arrayOf,
  conflict,
  invalid,
  isNotFound,
  type KubeObject,
  methodNotSupported,
  objectOf,
  stringOf,
  valueAt,
} from "../../apimachinery/index.ts";
import type { SubresourceHandler } from "../endpoints/handler.ts";
import { rfc3339 } from "../registry/deletion.ts";
import type { Reader } from "../registry/reader.ts";
import { named } from "../registry/resource.ts";
import type { Resources } from "../registry/resources.ts";
import { ISSUER, type ServiceAccountTokens, type TokenSubject } from "./service-account-tokens.ts";

// Upstream's bounds; a token with 3607 s is the mark of the projected volumes.
const MIN_SECONDS = 600;
const MAX_SECONDS = 2 ** 32;
const DEFAULT_SECONDS = 3600;

/** POST serviceaccounts/NAME/token. Follows registry/core/serviceaccount/storage/token.go. */
export function tokenRequest(tokens: ServiceAccountTokens): SubresourceHandler {
  return async ({ call, info, resource }, handler) => {
    if (call.method !== "POST") throw methodNotSupported(named(resource), call.method.toLowerCase());
    const { reader, resources } = handler.deps;
    const account = reader.get(resource, info);
    const spec = objectOf(valueAt(call.body, "spec"));
    const seconds = typeof spec.expirationSeconds === "number" ? spec.expirationSeconds : DEFAULT_SECONDS;
    if (seconds < MIN_SECONDS || seconds > MAX_SECONDS) {
      const detail =
        seconds < MIN_SECONDS
          ? "may not specify a duration less than 10 minutes"
          : "may not specify a duration larger than 2^32 seconds";
      const message = `Invalid value: ${seconds}: ${detail}`;
      throw invalid({ group: "authentication.k8s.io", kind: "TokenRequest" }, "", [
        { type: "FieldValueInvalid", field: "spec.expirationSeconds", message },
      ]);
    }
    const asked = arrayOf(spec.audiences).map(stringOf);
    const audiences = asked.length > 0 ? asked : [ISSUER];
    const subject: TokenSubject = {
      namespace: info.namespace,
      name: info.name,
      uid: account.metadata.uid ?? "",
      ...boundTo(spec.boundObjectRef, { namespace: info.namespace, reader, resources }),
    };
    const { token, expires } = tokens.issue(subject, audiences, seconds);
    const object: KubeObject = {
      apiVersion: "authentication.k8s.io/v1",
      kind: "TokenRequest",
      metadata: { name: info.name, namespace: info.namespace },
      spec: { audiences, expirationSeconds: seconds, boundObjectRef: spec.boundObjectRef ?? null },
      status: { token, expirationTimestamp: rfc3339(expires) },
    };
    return { kind: "object", code: 201, object };
  };
}

function boundTo(
  reference: unknown,
  at: { namespace: string; reader: Reader; resources: Resources },
): Pick<TokenSubject, "pod" | "secret"> {
  const kind = stringOf(valueAt(reference, "kind"));
  if (kind !== "Pod" && kind !== "Secret") return {};
  const name = stringOf(valueAt(reference, "name"));
  const wanted = stringOf(valueAt(reference, "uid"));
  const resource = at.resources.find("", "v1", kind === "Pod" ? "pods" : "secrets");
  if (!resource) return {};
  const { uid = "" } = at.reader.get(resource, { namespace: at.namespace, name }).metadata;
  if (wanted && wanted !== uid) {
    throw conflict(
      named(resource),
      name,
      `the UID in the bound object reference (${wanted}) does not match the UID in record. The object might have been deleted and then recreated`,
    );
  }
  return kind === "Pod" ? { pod: { name, uid } } : { secret: { name, uid } };
}

/** Whether everything that a token is bound to is still there, with the same uid. */
export function subjectExists(reader: Reader, resources: Resources): (subject: TokenSubject) => boolean {
  const has = (plural: string, namespace: string, wanted: { name: string; uid: string }) => {
    const resource = resources.find("", "v1", plural);
    if (!resource) return false;
    try {
      return reader.get(resource, { namespace, name: wanted.name }).metadata.uid === wanted.uid;
    } catch (error) {
      if (isNotFound(error)) return false;
      throw error;
    }
  };
  return ({ namespace, name, uid, pod, secret }) =>
    has("serviceaccounts", namespace, { name, uid }) &&
    (!pod || has("pods", namespace, pod)) &&
    (!secret || has("secrets", namespace, secret));
}
