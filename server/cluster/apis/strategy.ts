import type { FieldError, KubeObject } from "../apimachinery/index.ts";

/** What the registry lends a strategy while it prepares an object. Pure code stays pure: chance and addresses come from here. */
export interface StrategyContext {
  /** RFC 3339, seconds precision: the time of this request. */
  readonly now: string;
  /** Random suffix from the Kubernetes alphabet. */
  suffix(length: number): string;
  /** Allocates a ClusterIP, or claims the one asked for; throws a Status error when it is taken or out of range. */
  clusterIP(wanted?: string): string;
  /** Allocates a node port in 30000-32767, or claims the one asked for. */
  nodePort(wanted?: number): number;
}

export interface PrinterColumn<T extends KubeObject = KubeObject> {
  readonly name: string;
  readonly type: "string" | "integer" | "boolean" | "date" | "number";
  readonly format?: string;
  readonly description: string;
  /** 0 is always shown; 1 and above only with `-o wide`. */
  readonly priority: number;
  /** The cell. `now` is milliseconds since the epoch, for ages. */
  cell(object: T, now: number): string | number | boolean | null;
}

/** Everything that differs from kind to kind, as a value. Names follow kube-apiserver's rest strategies. */
export interface ResourceStrategy<T extends KubeObject = KubeObject> {
  /** "" for the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly namespaced: boolean;
  /** Absent: all of create delete deletecollection get list patch update watch. */
  readonly verbs?: readonly string[];
  readonly subresources?: {
    /** Status is written through /status only, and by create/update ignored. */
    readonly status?: boolean;
    readonly scale?: {
      readonly specReplicasPath: string;
      readonly statusReplicasPath: string;
      readonly labelSelectorPath?: string;
    };
  };
  /** Sent as a Warning with every answer. */
  readonly deprecation?: string;
  /** Objects of a kind that is never stored, worked out at each get and list. */
  computed?(): readonly KubeObject[];
  /** Fills what the API server defaults. Called on create and update, before validation. Returns a new object. */
  defaults?(object: T): T;
  prepareForCreate?(object: T, context: StrategyContext): T;
  prepareForUpdate?(object: T, old: T, context: StrategyContext): T;
  /** `old` is what an update replaces. */
  validate?(object: T, old?: T): FieldError[];
  validateUpdate?(object: T, old: T): FieldError[];
  /** Called after deletion is final, e.g. to release a ClusterIP; the registry does the releasing from `spec`. */
  readonly graceful?: { periodSeconds(object: T): number };
  readonly printerColumns: readonly PrinterColumn<T>[];
  /** Fields usable in fieldSelector besides metadata.name and metadata.namespace. */
  selectableFields?(object: T): Readonly<Record<string, string>>;
}
