import { arrayOf, badRequest, objectOf, stringOf, valueAt } from "../../apimachinery/index.ts";
import type { UserInfo } from "../filters/user.ts";
import type { Attributes } from "./attributes.ts";
import type { Rbac } from "./rbac.ts";

export interface AccessQuestion {
  readonly kind: string;
  readonly spec: Readonly<Record<string, unknown>>;
  /** Who asks; for the Self kinds also whom it is about. */
  readonly user: UserInfo;
  /** Of the request, for LocalSubjectAccessReview. */
  readonly namespace: string;
}

/** The status of the review kinds of authorization.k8s.io. Throws BadRequest when the question is none. */
export function answerAccess(rbac: Rbac, { kind, spec, user, namespace }: AccessQuestion): object {
  if (kind === "SelfSubjectRulesReview") return rules(rbac, user, stringOf(spec.namespace));
  const about = kind === "SelfSubjectAccessReview" ? user : subjectOf(spec);
  if (
    kind === "LocalSubjectAccessReview" &&
    stringOf(valueAt(spec, "resourceAttributes", "namespace")) !== namespace
  )
    throw badRequest("spec.resourceAttributes.namespace must match namespace");
  const { allowed, reason } = rbac.decide(attributesOf(spec, about));
  return { allowed, ...(reason && { reason }) };
}

function subjectOf(spec: AccessQuestion["spec"]): UserInfo {
  const groups = arrayOf(spec.groups).map(stringOf);
  const name = stringOf(spec.user);
  if (!name && groups.length === 0) throw badRequest("at least one of user or group must be specified");
  return { name, groups };
}

function attributesOf(spec: AccessQuestion["spec"], user: UserInfo): Attributes {
  const { resourceAttributes, nonResourceAttributes } = spec;
  if (Boolean(resourceAttributes) === Boolean(nonResourceAttributes))
    throw badRequest("exactly one of nonResourceAttributes or resourceAttributes must be specified");
  if (nonResourceAttributes) {
    const { verb, path } = objectOf(nonResourceAttributes);
    return { kind: "non-resource", user, verb: stringOf(verb), path: stringOf(path) };
  }
  const asked = objectOf(resourceAttributes);
  return {
    ...{ kind: "resource", user, verb: stringOf(asked.verb), group: stringOf(asked.group) },
    ...{ resource: stringOf(asked.resource), subresource: stringOf(asked.subresource) },
    ...{ namespace: stringOf(asked.namespace), name: stringOf(asked.name) },
  };
}

function rules(rbac: Rbac, user: UserInfo, namespace: string): object {
  if (!namespace) throw badRequest("no namespace on request");
  const all = rbac.rulesOf(user, namespace);
  const paths = all.filter((rule) => (rule.nonResourceURLs ?? []).length > 0);
  return {
    resourceRules: all
      .filter((rule) => (rule.resources ?? []).length > 0)
      .map(({ verbs, apiGroups, resources, resourceNames }) => ({
        ...{ verbs, apiGroups, resources },
        ...(resourceNames && { resourceNames }),
      })),
    nonResourceRules: paths.map(({ verbs, nonResourceURLs }) => ({ verbs, nonResourceURLs })),
    incomplete: false,
  };
}
