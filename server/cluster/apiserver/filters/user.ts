/** Who asks, as authentication found out. */
export interface UserInfo {
  readonly name: string;
  readonly groups?: readonly string[];
  readonly uid?: string;
}

export const ADMIN: UserInfo = {
  name: "kubernetes-admin",
  groups: ["kubeadm:cluster-admins", "system:masters", "system:authenticated"],
};
