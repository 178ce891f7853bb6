import { badRequest } from "../../apimachinery/index.ts";
import type { WriteContext } from "../registry/writer.ts";
import type { ApiCall } from "./call.ts";

/** The query options of a write. Follows the CreateOptions, UpdateOptions and PatchOptions of meta/v1. */
export function writeContext(call: ApiCall, kind: string, subresource = ""): WriteContext {
  const { dryRun, fieldManager, fieldValidation } = call.query;
  if (dryRun !== undefined && dryRun !== "" && dryRun !== "All") {
    throw badRequest(`dryRun: Unsupported value: ${JSON.stringify(dryRun)}: supported values: "All"`);
  }
  return {
    user: call.user,
    subresource,
    dryRun: dryRun === "All",
    warnings: call.warnings,
    options: {
      apiVersion: "meta.k8s.io/v1",
      kind,
      ...(dryRun ? { dryRun: [dryRun] } : {}),
      ...(fieldManager ? { fieldManager } : {}),
      ...(fieldValidation ? { fieldValidation } : {}),
    },
  };
}

/** Who owns the fields of this write: named, or taken from the user agent as upstream does. */
export function managerOf(call: ApiCall): string {
  return call.query.fieldManager || (call.userAgent.split("/")[0] ?? "").slice(0, 128) || "unknown";
}
