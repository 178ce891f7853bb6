import { type KubeObject, matchesLabels, selectorOf } from "../../apimachinery/index.ts";
import type { ParamRef, ValidatingAdmissionPolicy } from "../../apis/index.ts";
import type { Reader } from "../registry/reader.ts";
import type { Resources } from "../registry/resources.ts";

export type Params =
  | { readonly kind: "found"; readonly objects: readonly (KubeObject | undefined)[] }
  | { readonly kind: "error"; readonly message: string };

export interface ParamRequest {
  readonly paramKind: NonNullable<ValidatingAdmissionPolicy["spec"]>["paramKind"];
  readonly paramRef: ParamRef | undefined;
  /** Of the request. */
  readonly namespace: string;
}

/** The objects that a binding gives its policy: none at all is one evaluation without. Follows generic.CollectParams. */
export function paramsOf(
  { paramKind, paramRef, namespace }: ParamRequest,
  { reader, resources }: { readonly reader: Reader; readonly resources: Resources },
): Params {
  if (!paramKind || !paramRef) return { kind: "found", objects: [undefined] };
  const resource = resources
    .all()
    .find(
      ({ apiVersion, strategy }) => apiVersion === paramKind.apiVersion && strategy.kind === paramKind.kind,
    );
  if (!resource) {
    const kind = `${paramKind.apiVersion}, Kind=${paramKind.kind}`;
    return failed(`failed to find resource referenced by paramKind: '${kind}'`);
  }
  const { namespaced } = resource.strategy;
  const home = namespaced ? paramRef.namespace || namespace : "";
  if (namespaced && !home)
    return failed("cannot use namespaced paramRef in policy binding that matches cluster-scoped resources");
  if (!namespaced && paramRef.namespace)
    return failed("paramRef.namespace must not be provided for a cluster-scoped `paramKind`");
  const selector = selectorOf(paramRef.selector) ?? [];
  const objects = reader
    .all(resource, home)
    .filter(({ metadata }) =>
      paramRef.name === undefined
        ? matchesLabels(selector, metadata.labels)
        : metadata.name === paramRef.name,
    );
  if (objects.length === 0 && paramRef.parameterNotFoundAction === "Deny")
    return failed("no params found for policy binding with `Deny` parameterNotFoundAction");
  return { kind: "found", objects };
}

const failed = (message: string): Params => ({ kind: "error", message });
