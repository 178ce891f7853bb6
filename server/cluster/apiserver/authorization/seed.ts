import { StatusError } from "../../apimachinery/index.ts";
import { SYSTEM_PRIORITY_CLASSES } from "../../apis/index.ts";
import type { Transport } from "../in-process.ts";
import { bootstrapPolicy } from "./bootstrap-policy.ts";

/** Creates the roles and bindings of the bootstrap policy, and the system's priority classes, that are not there. What somebody has changed stays. */
export async function ensureBootstrapPolicy(transport: Transport): Promise<void> {
  for (const object of [...bootstrapPolicy(), ...SYSTEM_PRIORITY_CLASSES]) {
    const kind = object.kind?.toLowerCase() ?? "";
    const path = `/apis/${object.apiVersion}/${kind}${kind.endsWith("s") ? "es" : "s"}`;
    try {
      await transport.request({ method: "POST", path, body: object, userAgent: "kube-apiserver" });
    } catch (error) {
      if (!(error instanceof StatusError) || error.status.reason !== "AlreadyExists") throw error;
    }
  }
}
