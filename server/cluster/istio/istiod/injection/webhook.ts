import type { VersionGates } from "../../versions.ts";
import { mustInject } from "./decide.ts";
import { jsonPatch } from "./json-patch.ts";
import { injectSidecar } from "./mutate.ts";
import type { PodToInject } from "./pod.ts";
import type { InjectionSettings } from "./settings.ts";

export interface AdmissionRequest {
  readonly uid: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly operation?: string;
  readonly kind?: { readonly group: string; readonly version: string; readonly kind: string };
  readonly object?: unknown;
}

export interface AdmissionResponse {
  readonly uid: string;
  readonly allowed: boolean;
  readonly status?: { readonly message: string };
  readonly warnings?: readonly string[];
  readonly patchType?: "JSONPatch";
  /** Base64 of the operations' JSON. */
  readonly patch?: string;
}

/** Answers the injection webhook: a patch with the sidecar, or leave to go on without. */
export function reviewInjection(
  request: AdmissionRequest,
  deps: { readonly settings: InjectionSettings; readonly gates: VersionGates },
): AdmissionResponse {
  const { uid, namespace = "default", object } = request;
  if (!isPod(object)) return { uid, allowed: false, status: { message: "expected a Pod" } };
  if (!mustInject(object, namespace)) return { uid, allowed: true };
  const injected = injectSidecar(object, { namespace, ...deps });
  const operations = jsonPatch(object, injected);
  return {
    uid,
    allowed: true,
    patchType: "JSONPatch",
    patch: Buffer.from(JSON.stringify(operations)).toString("base64"),
  };
}

/** The API server has decoded it as a Pod; this only keeps a stray review from becoming an exception. */
function isPod(object: unknown): object is PodToInject {
  if (typeof object !== "object" || object === null || !("spec" in object) || !("metadata" in object))
    return false;
  const { spec } = object;
  return typeof spec === "object" && spec !== null && "containers" in spec && Array.isArray(spec.containers);
}
