import type { KubeObject } from "../../apimachinery/index.ts";
import type { PolicyRule, Role, RoleBinding, Subject } from "../../apis/index.ts";
import type { UserInfo } from "../filters/user.ts";
import type { Reader } from "../registry/reader.ts";
import type { Resources } from "../registry/resources.ts";
import type { Attributes } from "./attributes.ts";
import { ruleAllows } from "./rules.ts";

export interface Decision {
  readonly allowed: boolean;
  /** Which binding allows it, or which roles could not be found. */
  readonly reason: string;
}

export interface RbacDeps {
  readonly resources: Resources;
  readonly reader: Reader;
}

/** A rule and why somebody has it. */
interface Granted {
  readonly rule: PolicyRule;
  readonly by: string;
}

const GROUP = "rbac.authorization.k8s.io";
export const MASTERS = "system:masters";

/** Role based access control. Follows plugin/pkg/auth/authorizer/rbac; members of system:masters may do everything. */
export class Rbac {
  constructor(private readonly deps: RbacDeps) {}

  decide(asked: Attributes): Decision {
    if (asked.user.groups?.includes(MASTERS)) return { allowed: true, reason: "" };
    const namespace = asked.kind === "resource" ? asked.namespace : "";
    const { granted, missing } = this.granted(asked.user, namespace);
    const found = granted.find(({ rule }) => ruleAllows(rule, asked));
    if (found) return { allowed: true, reason: `RBAC: allowed by ${found.by}` };
    const lost = missing.length > 1 ? `[${missing.join(", ")}]` : (missing[0] ?? "");
    return { allowed: false, reason: lost && `RBAC: ${lost}` };
  }

  /** Every rule that somebody has in a namespace ("" is the cluster's scope only). */
  rulesOf(user: UserInfo, namespace: string): readonly PolicyRule[] {
    return this.granted(user, namespace).granted.map(({ rule }) => rule);
  }

  /** What a role lets do; undefined when there is no such role. */
  rulesOfRole({ kind, name }: RoleBinding["roleRef"], namespace: string): readonly PolicyRule[] | undefined {
    const role = this.role(kind, name, namespace);
    return role && (role.rules ?? []);
  }

  private granted(user: UserInfo, namespace: string): { granted: Granted[]; missing: string[] } {
    const granted: Granted[] = [];
    const missing: string[] = [];
    const bindings = [
      ...this.all<RoleBinding>("clusterrolebindings", ""),
      ...(namespace ? this.all<RoleBinding>("rolebindings", namespace) : []),
    ];
    for (const binding of bindings) {
      const home = binding.metadata.namespace ?? "";
      const subject = binding.subjects?.find((candidate) => isMeant(candidate, user, home));
      if (!subject) continue;
      const { kind, name } = binding.roleRef;
      const role = this.role(kind, name, home);
      if (!role) missing.push(`${kind.toLowerCase()}.${GROUP} "${name}" not found`);
      const by = described(binding, subject);
      for (const rule of role?.rules ?? []) granted.push({ rule, by });
    }
    return { granted, missing };
  }

  private role(kind: string, name: string, namespace: string): Role | undefined {
    const [plural, home] = kind === "ClusterRole" ? ["clusterroles", ""] : ["roles", namespace];
    return this.all<Role>(plural, home).find(({ metadata }) => metadata.name === name);
  }

  private all<T extends KubeObject>(plural: string, namespace: string): readonly T[] {
    const resource = this.deps.resources.find(GROUP, "v1", plural);
    if (!resource) return [];
    // Storage holds under this key only what the kind's validation has let in.
    const objects = this.deps.reader.all(resource, namespace) satisfies readonly object[];
    return objects as readonly object[] as readonly T[];
  }
}

function isMeant(subject: Subject, user: UserInfo, home: string): boolean {
  switch (subject.kind) {
    case "User":
      return subject.name === user.name;
    case "Group":
      return user.groups?.includes(subject.name) ?? false;
    case "ServiceAccount":
      return user.name === `system:serviceaccount:${subject.namespace || home}:${subject.name}`;
    default:
      return false;
  }
}

/** As upstream's describers write it into the reason. */
function described({ kind, metadata, roleRef }: RoleBinding, subject: Subject): string {
  const home = metadata.namespace ?? "";
  const name = kind === "RoleBinding" || home ? `${metadata.name}/${home}` : metadata.name;
  const account = subject.kind === "ServiceAccount";
  const who = account ? `${subject.name}/${subject.namespace || home}` : subject.name;
  const what = home ? "RoleBinding" : "ClusterRoleBinding";
  return `${what} "${name}" of ${roleRef.kind} "${roleRef.name}" to ${subject.kind} "${who}"`;
}
