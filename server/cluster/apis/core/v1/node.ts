import { ageColumn, nameColumn, text, wide } from "../../meta/columns.ts";
import type { ResourceStrategy } from "../../strategy.ts";
import type { Node } from "./types.ts";

const ROLE = "node-role.kubernetes.io/";

function statusOf(node: Node): string {
  const ready = node.status?.conditions?.find(({ type }) => type === "Ready");
  const word = !ready ? "Unknown" : ready.status === "True" ? "Ready" : "NotReady";
  return node.spec?.unschedulable ? `${word},SchedulingDisabled` : word;
}

function rolesOf(node: Node): string {
  const labels = node.metadata.labels ?? {};
  const roles = Object.entries(labels).flatMap(([key, value]) => {
    if (key.startsWith(ROLE) && key.length > ROLE.length) return [key.slice(ROLE.length)];
    return key === "kubernetes.io/role" && value ? [value] : [];
  });
  return [...new Set(roles)].sort().join(",") || "<none>";
}

function addressOf(node: Node, type: string): string {
  return node.status?.addresses?.find((address) => address.type === type)?.address ?? "<none>";
}

export const nodeStrategy: ResourceStrategy<Node> = {
  group: "",
  version: "v1",
  kind: "Node",
  plural: "nodes",
  singular: "node",
  shortNames: ["no"],
  namespaced: false,
  subresources: { status: true },
  printerColumns: [
    nameColumn,
    text("Status", statusOf),
    text("Roles", rolesOf),
    ageColumn,
    text("Version", (node) => node.status?.nodeInfo?.kubeletVersion ?? ""),
    wide(text("Internal-IP", (node) => addressOf(node, "InternalIP"))),
    wide(text("External-IP", (node) => addressOf(node, "ExternalIP"))),
    wide(text("OS-Image", (node) => node.status?.nodeInfo?.osImage || "<unknown>")),
    wide(text("Kernel-Version", (node) => node.status?.nodeInfo?.kernelVersion || "<unknown>")),
    wide(text("Container-Runtime", (node) => node.status?.nodeInfo?.containerRuntimeVersion || "<unknown>")),
  ],
  selectableFields: (node) => ({ "spec.unschedulable": String(node.spec?.unschedulable ?? false) }),
};
