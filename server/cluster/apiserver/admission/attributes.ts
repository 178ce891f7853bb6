import type { KubeObject } from "../../apimachinery/index.ts";
import type { UserInfo } from "../filters/user.ts";
import type { Resource } from "../registry/resource.ts";

/** What an admission plugin learns about a request. `object` is absent on DELETE, `oldObject` on CREATE. */
export interface Attributes {
  readonly operation: "CREATE" | "UPDATE" | "DELETE" | "CONNECT";
  readonly resource: Resource;
  readonly subresource: string;
  readonly namespace: string;
  /** Of the request: "" when the name of a new object is to be generated. */
  readonly name: string;
  readonly object?: KubeObject;
  readonly oldObject?: KubeObject;
  readonly user: UserInfo;
  readonly dryRun: boolean;
  /** The request's CreateOptions, UpdateOptions or DeleteOptions. */
  readonly options: KubeObject | Record<string, unknown>;
  /** Lines for the client's Warning header. */
  readonly warnings: string[];
  /** Called when the write is stored or has failed; only validation may add to it. */
  readonly settled?: (() => void)[];
}

/** The name by which a refusal speaks of the object. Follows apiserver admission/errors.go extractResourceName. */
export function nameInRefusal({ name, object }: Attributes): string {
  return name || object?.metadata.name || object?.metadata.generateName || "Unknown";
}

/** A plugin refuses by throwing a Status error. */
export interface AdmissionPlugin {
  readonly name: string;
  /** What it changes is somebody else's idea: the others look at the object once more. */
  readonly asksOthers?: boolean;
  /** Returns the object, the same one when nothing changed. */
  mutate?(attributes: Attributes & { readonly object: KubeObject }): Promise<KubeObject> | KubeObject;
  validate?(attributes: Attributes): Promise<void> | void;
}
