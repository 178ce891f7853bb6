import type { KubeObject } from "../../../apimachinery/index.ts";
import { nameColumn, text } from "../../meta/columns.ts";
import type { ResourceStrategy } from "../../strategy.ts";

interface ComponentStatus extends KubeObject {
  readonly conditions: readonly {
    readonly type: string;
    readonly status: string;
    readonly message?: string;
    readonly error?: string;
  }[];
}

/** The parts are one process: whoever answers has them all. */
const COMPONENTS = ["scheduler", "controller-manager", "etcd-0"];

const healthy = ({ conditions }: ComponentStatus) => conditions.find(({ type }) => type === "Healthy");

export const componentStatusStrategy: ResourceStrategy<ComponentStatus> = {
  group: "",
  version: "v1",
  kind: "ComponentStatus",
  plural: "componentstatuses",
  singular: "componentstatus",
  shortNames: ["cs"],
  namespaced: false,
  verbs: ["get", "list"],
  deprecation: "v1 ComponentStatus is deprecated in v1.19+",
  computed: () =>
    COMPONENTS.map((name) => ({
      apiVersion: "v1",
      kind: "ComponentStatus",
      metadata: { name },
      conditions: [{ type: "Healthy", status: "True", message: "ok" }],
    })),
  printerColumns: [
    nameColumn,
    text("Status", (object) => (healthy(object)?.status === "True" ? "Healthy" : "Unhealthy")),
    text("Message", (object) => healthy(object)?.message ?? ""),
    text("Error", (object) => healthy(object)?.error ?? ""),
  ],
};
