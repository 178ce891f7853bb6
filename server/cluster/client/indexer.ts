import { type KubeObject, type LabelSelector, matchesLabels } from "../apimachinery/index.ts";
import { keyOf } from "./resource-type.ts";

/** Values under which an object is found again. */
export type IndexFunction<T> = (object: T) => readonly string[];

/** A read-only view of what an informer knows. Objects are frozen or to be treated so. */
export interface Lister<T extends KubeObject> {
  get(key: string): T | undefined;
  list(): readonly T[];
  inNamespace(namespace: string): readonly T[];
  /** Objects that name this uid among their owners. */
  ownedBy(uid: string): readonly T[];
  select(selector: LabelSelector, namespace?: string): readonly T[];
  /** By an index that the informer was made with. */
  by(index: string, value: string): readonly T[];
}

/** The store behind a lister: objects by key, and keys by index value. */
export class Indexer<T extends KubeObject> implements Lister<T> {
  private readonly objects = new Map<string, T>();
  private readonly functions: ReadonlyMap<string, IndexFunction<T>>;
  private readonly indices = new Map<string, Map<string, Set<string>>>();

  constructor(indexes: Readonly<Record<string, IndexFunction<T>>> = {}) {
    this.functions = new Map<string, IndexFunction<T>>([
      ["namespace", (object) => [object.metadata.namespace ?? ""]],
      ["owner", (object) => (object.metadata.ownerReferences ?? []).map(({ uid }) => uid)],
      ...Object.entries(indexes),
    ]);
    for (const name of this.functions.keys()) this.indices.set(name, new Map());
  }

  /** Stores the object and returns the one it replaces. */
  set(object: T): T | undefined {
    const key = keyOf(object);
    const old = this.objects.get(key);
    if (old) this.unindex(key, old);
    this.objects.set(key, object);
    for (const [name, values] of this.functions) {
      for (const value of values(object)) this.keysOf(name, value).add(key);
    }
    return old;
  }

  delete(key: string): T | undefined {
    const old = this.objects.get(key);
    if (!old) return undefined;
    this.unindex(key, old);
    this.objects.delete(key);
    return old;
  }

  keys(): string[] {
    return [...this.objects.keys()];
  }

  get(key: string): T | undefined {
    return this.objects.get(key);
  }

  list(): readonly T[] {
    return [...this.objects.values()];
  }

  inNamespace(namespace: string): readonly T[] {
    return this.by("namespace", namespace);
  }

  ownedBy(uid: string): readonly T[] {
    return this.by("owner", uid);
  }

  select(selector: LabelSelector, namespace?: string): readonly T[] {
    const among = namespace === undefined ? this.list() : this.inNamespace(namespace);
    return among.filter((object) => matchesLabels(selector, object.metadata.labels));
  }

  by(index: string, value: string): readonly T[] {
    const found: T[] = [];
    for (const key of this.indices.get(index)?.get(value) ?? []) {
      const object = this.objects.get(key);
      if (object) found.push(object);
    }
    return found;
  }

  private keysOf(name: string, value: string): Set<string> {
    const index = this.indices.get(name) ?? new Map<string, Set<string>>();
    const keys = index.get(value) ?? new Set<string>();
    index.set(value, keys);
    return keys;
  }

  private unindex(key: string, object: T): void {
    for (const [name, values] of this.functions) {
      const index = this.indices.get(name);
      for (const value of values(object)) {
        const keys = index?.get(value);
        keys?.delete(key);
        if (keys?.size === 0) index?.delete(value);
      }
    }
  }
}
