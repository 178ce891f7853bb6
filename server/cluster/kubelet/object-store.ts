import { isNotFound, type KubeObject } from "../apimachinery/index.ts";
import { type Disposable, toDisposable } from "../base/index.ts";
import type { Transport } from "../client/transport.ts";
import { type FollowDeps, follow } from "./follow.ts";

export type SourceKind = "configmaps" | "secrets";

const BINARY_FIELD: Record<SourceKind, "binaryData" | "data"> = { configmaps: "binaryData", secrets: "data" };

/** Config maps and secrets as the kubelet knows them: read at once, watched for change. */
export class ObjectStore {
  private readonly objects = new Map<string, KubeObject>();
  private readonly watchers = new Set<() => void>();

  constructor(
    private readonly transport: Transport,
    private readonly kind: SourceKind,
  ) {}

  start(deps: FollowDeps): Promise<void> {
    return follow(deps, {
      path: `/api/v1/${this.kind}`,
      replace: (objects) => {
        this.objects.clear();
        for (const object of objects) this.objects.set(keyOf(object), object);
        this.changed();
      },
      apply: ({ type, object }) => {
        if (type === "DELETED") this.objects.delete(keyOf(object));
        else this.objects.set(keyOf(object), object);
        this.changed();
      },
    });
  }

  /** The object's data by key; undefined when there is no such object as far as the watch has told. */
  data(namespace: string, name: string): ReadonlyMap<string, Uint8Array> | undefined {
    const object = this.objects.get(`${namespace}/${name}`);
    return object && dataOf(object, this.kind);
  }

  /** Like `data`, but asks the API server when the watch has not brought it yet. */
  async fetch(namespace: string, name: string): Promise<ReadonlyMap<string, Uint8Array> | undefined> {
    const known = this.data(namespace, name);
    if (known) return known;
    try {
      const path = `/api/v1/namespaces/${namespace}/${this.kind}/${name}`;
      const answer = await this.transport.request({ method: "GET", path });
      if ("items" in answer && Array.isArray(answer.items)) return undefined;
      const object: KubeObject = { ...answer };
      const key = `${namespace}/${name}`;
      if (!this.objects.has(key)) this.objects.set(key, object);
      return dataOf(object, this.kind);
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  onChange(watcher: () => void): Disposable {
    this.watchers.add(watcher);
    return toDisposable(() => this.watchers.delete(watcher));
  }

  private changed(): void {
    for (const watcher of [...this.watchers]) watcher();
  }
}

const keyOf = ({ metadata }: KubeObject) => `${metadata.namespace}/${metadata.name}`;

function dataOf(object: KubeObject, kind: SourceKind): ReadonlyMap<string, Uint8Array> {
  const found = new Map<string, Uint8Array>();
  if (kind === "configmaps")
    for (const [key, value] of entries(object.data)) found.set(key, Buffer.from(value, "utf8"));
  for (const [key, value] of entries(object[BINARY_FIELD[kind]]))
    found.set(key, Buffer.from(value, "base64"));
  return found;
}

function entries(value: unknown): [string, string][] {
  return Object.entries(value ?? {}).filter(
    (entry): entry is [string, string] => typeof entry[1] === "string",
  );
}
