import { deepEqual, forbidden, notFound } from "../../apimachinery/index.ts";
import type { PolicyRule, Role, RoleBinding } from "../../apis/index.ts";
import { escalation } from "../authorization/escalation.ts";
import { MASTERS, type Rbac } from "../authorization/rbac.ts";
import { named } from "../registry/resource.ts";
import { type AdmissionPlugin, type Attributes, nameInRefusal } from "./attributes.ts";

const GROUP = "rbac.authorization.k8s.io";
const EVERYTHING: readonly PolicyRule[] = [
  { apiGroups: ["*"], resources: ["*"], verbs: ["*"] },
  { nonResourceURLs: ["*"], verbs: ["*"] },
];

/**
 * Roles and bindings give away no more than their writer has, unless the writer may `escalate` the role or `bind` it.
 * Follows registry/rbac/{role,clusterrole,rolebinding,clusterrolebinding}/policybased.
 */
export function rbacEscalation(rbac: Rbac): AdmissionPlugin {
  const may = (attributes: Attributes, verb: string, { kind, name }: { kind: string; name: string }) =>
    rbac.decide({
      ...{ kind: "resource", user: attributes.user, verb, group: GROUP, subresource: "", name },
      resource: `${kind.toLowerCase()}s`,
      namespace: attributes.namespace,
    }).allowed;
  const refuse = (attributes: Attributes, why: string) => {
    if (why) throw forbidden(named(attributes.resource), nameInRefusal(attributes), why);
  };
  const confirm = (attributes: Attributes, wanted: readonly PolicyRule[]) => {
    const owned = rbac.rulesOf(attributes.user, attributes.namespace);
    refuse(attributes, escalation(attributes.user, owned, wanted));
  };

  function checkRole(attributes: Attributes, role: Role): void {
    const old: Role | undefined = attributes.oldObject;
    if (old && deepEqual(old.rules, role.rules) && deepEqual(old.aggregationRule, role.aggregationRule))
      return;
    const { kind = "", metadata } = role;
    if (may(attributes, "escalate", { kind, name: metadata.name ?? "" })) return;
    confirm(attributes, role.rules ?? []);
    if (!role.aggregationRule) return;
    const owned = rbac.rulesOf(attributes.user, "");
    if (escalation(attributes.user, owned, EVERYTHING))
      refuse(attributes, "must have cluster-admin privileges to use the aggregationRule");
  }

  function checkBinding(attributes: Attributes, binding: RoleBinding): void {
    const { oldObject } = attributes;
    if (
      oldObject &&
      deepEqual(oldObject.subjects, binding.subjects) &&
      deepEqual(oldObject.roleRef, binding.roleRef)
    )
      return;
    const { kind, name } = binding.roleRef;
    if (may(attributes, "bind", { kind, name })) return;
    const rules = rbac.rulesOfRole(binding.roleRef, attributes.namespace);
    if (!rules) throw notFound({ group: GROUP, resource: `${kind.toLowerCase()}s` }, name);
    confirm(attributes, rules);
  }

  return {
    name: "RBACEscalation",
    validate(attributes) {
      const { resource, operation, object, user } = attributes;
      if (resource.strategy.group !== GROUP || operation === "DELETE" || !object) return;
      if (user.groups?.includes(MASTERS)) return;
      if (isBinding(object)) checkBinding(attributes, object);
      else checkRole(attributes, object);
    },
  };
}

function isBinding(object: object): object is RoleBinding {
  return "roleRef" in object;
}
