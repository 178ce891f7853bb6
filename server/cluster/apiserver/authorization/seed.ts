import { StatusError } from "../../apimachinery/index.ts";
import type { Transport } from "../in-process.ts";
import { bootstrapPolicy } from "./bootstrap-policy.ts";

/** Creates the roles and bindings of the bootstrap policy that are not there. What somebody has changed stays. */
export async function ensureBootstrapPolicy(transport: Transport): Promise<void> {
  for (const object of bootstrapPolicy()) {
    const path = `/apis/rbac.authorization.k8s.io/v1/${object.kind?.toLowerCase()}s`;
    try {
      await transport.request({ method: "POST", path, body: object, userAgent: "kube-apiserver" });
    } catch (error) {
      if (!(error instanceof StatusError) || error.status.reason !== "AlreadyExists") throw error;
    }
  }
}
