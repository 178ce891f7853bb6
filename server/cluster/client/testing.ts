import { expired, type KubeList, type KubeObject, notFound, type WatchEvent } from "../apimachinery/index.ts";
import type { ApiRequest, Transport } from "./transport.ts";

/** One collection held in memory, with watches that a test can cut and a history that it can forget. */
export class FakeTransport implements Transport {
  private readonly objects = new Map<string, KubeObject>();
  private history: { readonly revision: number; readonly event: WatchEvent }[] = [];
  private readonly watchers = new Set<() => void>();
  private revision = 0;
  private forgotten = 0;
  private cut = false;
  lists = 0;

  put(name: string, rest: object = {}): void {
    const old = this.objects.get(name);
    const metadata = {
      name,
      uid: old?.metadata.uid ?? `uid-${name}`,
      resourceVersion: String(++this.revision),
    };
    const object = { apiVersion: "v1", kind: "Thing", ...rest, metadata };
    this.objects.set(name, object);
    this.tell({ type: old ? "MODIFIED" : "ADDED", object });
  }

  remove(name: string): void {
    const old = this.objects.get(name);
    if (!old) return;
    this.objects.delete(name);
    const metadata = { ...old.metadata, resourceVersion: String(++this.revision) };
    this.tell({ type: "DELETED", object: { ...old, metadata } });
  }

  /** Ends all watches, as a server does when their time is up. */
  endWatches(): void {
    this.cut = true;
    for (const wake of this.watchers) wake();
  }

  /** Compacts: who asks for an older revision is told that it has expired. */
  forget(): void {
    this.forgotten = this.revision;
    this.history = [];
  }

  async request({ method, path }: ApiRequest): Promise<KubeObject | KubeList> {
    if (method !== "GET") throw notFound({ group: "", resource: "things" }, path);
    this.lists++;
    const metadata = { resourceVersion: String(this.revision) };
    return { apiVersion: "v1", kind: "ThingList", metadata, items: [...this.objects.values()] };
  }

  async *watch({ query, signal }: ApiRequest): AsyncGenerator<WatchEvent> {
    let position = Number(query?.resourceVersion ?? 0);
    if (position < this.forgotten) throw expired(`too old resource version: ${position} (${this.forgotten})`);
    this.cut = false;
    while (!signal?.aborted && !this.cut) {
      const next = this.history.find(({ revision }) => revision > position);
      if (next) {
        position = next.revision;
        yield next.event;
      } else await this.change(signal);
    }
  }

  private change(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        this.watchers.delete(wake);
        signal?.removeEventListener("abort", wake);
        resolve();
      };
      this.watchers.add(wake);
      signal?.addEventListener("abort", wake);
    });
  }

  private tell(event: WatchEvent): void {
    this.history.push({ revision: this.revision, event });
    for (const wake of this.watchers) wake();
  }
}
