/** A stored value with its place in history. Values are frozen; storage never looks inside. */
export interface KeyValue<V extends object> {
  readonly key: string;
  readonly value: V;
  readonly createRevision: number;
  readonly modRevision: number;
}

export interface Change<V extends object> {
  readonly type: "put" | "delete";
  readonly revision: number;
  readonly key: string;
  /** The value after a put; the last value before a delete, as `makeTombstone` of the operation gives it. */
  readonly value: V;
  readonly createRevision: number;
  /** What the key held before, if anything. */
  readonly previous: KeyValue<V> | undefined;
}

/** Values are made from the revision they will carry, so that an object can hold its own resourceVersion. */
export type Operation<V extends object> =
  | { readonly type: "put"; readonly key: string; readonly value: (revision: number) => V }
  | { readonly type: "delete"; readonly key: string; readonly value: (revision: number) => V };

/** Holds when the key was last modified at exactly this revision; 0 means that the key must not exist. */
export interface Comparison {
  readonly key: string;
  readonly modRevision: number;
}

export interface Range<V extends object> {
  readonly items: readonly KeyValue<V>[];
  /** How many more keys follow the last item. */
  readonly remaining: number;
  readonly revision: number;
}

export class Compacted extends Error {
  override readonly name = "Compacted";

  constructor(
    readonly requested: number,
    readonly compactRevision: number,
  ) {
    super("mvcc: required revision has been compacted");
  }
}
