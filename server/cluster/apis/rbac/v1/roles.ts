import type { FieldError, KubeObject } from "../../../apimachinery/index.ts";
import { ageColumn, createdAtColumn, nameColumn, text, wide } from "../../meta/columns.ts";
import { invalidValue, notSupported, required } from "../../meta/fields.ts";
import { immutable } from "../../meta/object-meta.ts";
import { withDefaults } from "../../meta/with-defaults.ts";
import type { ResourceStrategy } from "../../strategy.ts";

export interface PolicyRule {
  readonly verbs: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
}

export interface Role extends KubeObject {
  readonly rules?: readonly PolicyRule[] | null;
}

export interface Subject {
  readonly kind: string;
  readonly apiGroup?: string;
  readonly name: string;
  readonly namespace?: string;
}

export interface RoleBinding extends KubeObject {
  readonly roleRef: { readonly apiGroup?: string; readonly kind: string; readonly name: string };
  readonly subjects?: readonly Subject[];
}

const GROUP = "rbac.authorization.k8s.io";

function validateRole(role: Role): FieldError[] {
  const rules = (role.rules ?? []).flatMap((rule, index) => {
    const path = `rules[${index}]`;
    const errors: FieldError[] = [];
    if ((rule.verbs ?? []).length === 0) {
      errors.push(required(`${path}.verbs`, "verbs must contain at least one value"));
    }
    if ((rule.nonResourceURLs ?? []).length > 0) {
      if (role.kind === "Role") {
        const detail = "namespaced rules cannot apply to non-resource URLs";
        errors.push(invalidValue(`${path}.nonResourceURLs`, rule.nonResourceURLs, detail));
      }
      return errors;
    }
    if ((rule.apiGroups ?? []).length === 0) {
      errors.push(required(`${path}.apiGroups`, "resource rules must supply at least one api group"));
    }
    if ((rule.resources ?? []).length === 0) {
      errors.push(required(`${path}.resources`, "resource rules must supply at least one resource"));
    }
    return errors;
  });
  return [...rules];
}

function bindingDefaults(binding: RoleBinding): RoleBinding {
  const subjects = binding.subjects?.map((subject) => {
    const apiGroup = subject.kind === "ServiceAccount" ? undefined : GROUP;
    return apiGroup ? withDefaults(subject, { apiGroup }) : subject;
  });
  return {
    ...binding,
    roleRef: withDefaults(binding.roleRef ?? {}, { apiGroup: GROUP }),
    ...(subjects ? { subjects } : {}),
  };
}

function validateBinding(binding: RoleBinding): FieldError[] {
  const { roleRef, subjects = [] } = binding;
  const kinds = binding.kind === "RoleBinding" ? ["Role", "ClusterRole"] : ["ClusterRole"];
  const errors: FieldError[] = [];
  if (!kinds.includes(roleRef.kind)) errors.push(notSupported("roleRef.kind", roleRef.kind, kinds));
  if (!roleRef.name) errors.push(required("roleRef.name"));
  for (const [index, subject] of subjects.entries()) {
    const path = `subjects[${index}]`;
    if (!subject.name) errors.push(required(`${path}.name`));
    if (!["ServiceAccount", "User", "Group"].includes(subject.kind)) {
      errors.push(notSupported(`${path}.kind`, subject.kind, ["ServiceAccount", "User", "Group"]));
    }
    if (subject.kind === "ServiceAccount" && !subject.namespace && binding.kind !== "RoleBinding") {
      errors.push(required(`${path}.namespace`));
    }
  }
  return errors;
}

function validateBindingUpdate(binding: RoleBinding, old: RoleBinding): FieldError[] {
  return immutable("roleRef", binding.roleRef, old.roleRef).map((error) => ({
    ...error,
    message: error.message.replace("field is immutable", "cannot change roleRef"),
  }));
}

function subjectsOf({ subjects = [] }: RoleBinding, kind: string): string {
  return subjects
    .filter((subject) => subject.kind === kind)
    .map(({ name, namespace }) => (kind === "ServiceAccount" ? `${namespace}/${name}` : name))
    .join(", ");
}

function role(kind: "Role" | "ClusterRole"): ResourceStrategy<Role> {
  return {
    group: GROUP,
    version: "v1",
    kind,
    plural: `${kind.toLowerCase()}s`,
    singular: kind.toLowerCase(),
    namespaced: kind === "Role",
    // Present even when empty: upstream writes `rules: null` too.
    defaults: (object) => ({ ...object, rules: object.rules ?? null }),
    validate: validateRole,
    printerColumns: [nameColumn, createdAtColumn],
  };
}

function binding(kind: "RoleBinding" | "ClusterRoleBinding"): ResourceStrategy<RoleBinding> {
  return {
    group: GROUP,
    version: "v1",
    kind,
    plural: `${kind.toLowerCase()}s`,
    singular: kind.toLowerCase(),
    namespaced: kind === "RoleBinding",
    defaults: bindingDefaults,
    validate: validateBinding,
    validateUpdate: validateBindingUpdate,
    printerColumns: [
      nameColumn,
      text("Role", ({ roleRef }) => `${roleRef.kind}/${roleRef.name}`),
      ageColumn,
      wide(text("Users", (object) => subjectsOf(object, "User"))),
      wide(text("Groups", (object) => subjectsOf(object, "Group"))),
      wide(text("ServiceAccounts", (object) => subjectsOf(object, "ServiceAccount"))),
    ],
  };
}

export const roleStrategy = role("Role");
export const clusterRoleStrategy = role("ClusterRole");
export const roleBindingStrategy = binding("RoleBinding");
export const clusterRoleBindingStrategy = binding("ClusterRoleBinding");
