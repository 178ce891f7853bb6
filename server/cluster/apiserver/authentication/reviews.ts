import { arrayOf, type KubeObject, objectOf, stringOf, valueAt } from "../../apimachinery/index.ts";
import type { ResourceStrategy } from "../../apis/strategy.ts";
import { answerAccess } from "../authorization/access-reviews.ts";
import type { Rbac } from "../authorization/rbac.ts";
import type { ApiReply } from "../endpoints/call.ts";
import type { ResourceCall } from "../endpoints/handler.ts";
import type { UserInfo } from "../filters/user.ts";
import { ISSUER, type ServiceAccountTokens } from "./service-account-tokens.ts";

/** A kind that is only asked, never stored: the answer comes back in its status. */
function question(group: string, kind: string, namespaced = false): ResourceStrategy {
  const singular = kind.toLowerCase();
  return {
    group,
    version: "v1",
    kind,
    plural: `${singular}s`,
    singular,
    namespaced,
    verbs: ["create"],
    printerColumns: [],
  };
}

const AUTHENTICATION = "authentication.k8s.io";
const AUTHORIZATION = "authorization.k8s.io";

export const reviewStrategies: readonly ResourceStrategy[] = [
  question(AUTHENTICATION, "SelfSubjectReview"),
  question(AUTHENTICATION, "TokenReview"),
  question(AUTHORIZATION, "LocalSubjectAccessReview", true),
  question(AUTHORIZATION, "SelfSubjectAccessReview"),
  question(AUTHORIZATION, "SelfSubjectRulesReview"),
  question(AUTHORIZATION, "SubjectAccessReview"),
];

/** Answers the review kinds; undefined for every other kind. */
export function answerReview(
  request: ResourceCall,
  { tokens, rbac }: { readonly tokens: ServiceAccountTokens; readonly rbac: Rbac },
): ApiReply | undefined {
  const { resource, call, info } = request;
  const { group, kind } = resource.strategy;
  if (group !== AUTHENTICATION && group !== AUTHORIZATION) return undefined;
  const spec = objectOf(valueAt(call.body, "spec"));
  const { namespace } = info;
  const status =
    group === AUTHORIZATION
      ? answerAccess(rbac, { kind, spec, user: call.user, namespace })
      : statusOf(kind, { spec, user: call.user, tokens });
  const object: KubeObject = {
    apiVersion: resource.apiVersion,
    kind,
    metadata: {},
    ...(kind === "SelfSubjectReview" ? {} : { spec }),
    status,
  };
  return { kind: "object", code: 201, object };
}

interface Asked {
  readonly spec: Readonly<Record<string, unknown>>;
  readonly user: UserInfo;
  readonly tokens: ServiceAccountTokens;
}

function statusOf(kind: string, { spec, user, tokens }: Asked): object {
  if (kind === "TokenReview") return reviewToken(spec, tokens);
  return {
    userInfo: { username: user.name, ...(user.uid ? { uid: user.uid } : {}), groups: user.groups ?? [] },
  };
}

function reviewToken(spec: Asked["spec"], tokens: ServiceAccountTokens): object {
  const found = tokens.verify(stringOf(spec.token));
  const refused = (error: string) => ({ authenticated: false, user: {}, error });
  if (!found) return refused("[invalid bearer token]");
  const wanted = arrayOf(spec.audiences).map(stringOf);
  const accepted = wanted.length > 0 ? wanted : [ISSUER];
  const audiences = accepted.filter((audience) => found.audiences.includes(audience));
  if (audiences.length === 0) {
    return refused(
      `[invalid bearer token, token audiences ${JSON.stringify(found.audiences)} is invalid for the target audiences ${JSON.stringify(accepted)}]`,
    );
  }
  const { subject } = found;
  const extra = {
    "authentication.kubernetes.io/credential-id": [`JTI=${found.jti}`],
    ...(subject.pod
      ? {
          "authentication.kubernetes.io/pod-name": [subject.pod.name],
          "authentication.kubernetes.io/pod-uid": [subject.pod.uid],
        }
      : {}),
  };
  const { name, uid, groups } = found.user;
  return { authenticated: true, user: { username: name, uid, groups, extra }, audiences };
}
