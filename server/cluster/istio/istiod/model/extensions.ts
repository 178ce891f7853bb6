import type { KubeObject } from "../../../apimachinery/index.ts";
import type { Selector, TargetReference } from "./security.ts";

/** A piece of Envoy configuration as its author wrote it: names in camelCase or snake_case, anything below. */
export type Fields = Readonly<Record<string, unknown>>;

export interface EnvoyPatch {
  readonly applyTo?: string;
  readonly match?: Fields;
  readonly patch?: {
    readonly operation?: string;
    readonly value?: Fields;
    readonly filterClass?: string;
  };
}

export interface EnvoyFilter extends KubeObject {
  readonly spec?: {
    readonly workloadSelector?: { readonly labels?: Readonly<Record<string, string>> };
    readonly targetRefs?: readonly TargetReference[];
    readonly configPatches?: readonly EnvoyPatch[];
    readonly priority?: number;
  };
}

export interface ProxyConfig extends KubeObject {
  readonly spec?: {
    readonly selector?: Selector;
    readonly concurrency?: number | null;
    readonly environmentVariables?: Readonly<Record<string, string>>;
    readonly image?: { readonly imageType?: string };
  };
}
