import type { ReadAnswer } from "../../contracts/index.ts";
import type { GroupVersionResource, KubeCluster, KubeObject, WatchEvent } from "../../platform/kube/index.ts";
import { notFound } from "../errors.ts";
import { essenceYaml, isController, managerOf, sameEssence } from "./essence.ts";
import { limits } from "./limits.ts";

export interface TrackedKind extends GroupVersionResource {
  readonly kind: string;
}

/** One change that somebody made. */
export interface Change {
  readonly id: string;
  /** Milliseconds since the epoch, by this host's clock. */
  readonly at: number;
  readonly kind: TrackedKind;
  readonly by: string;
  readonly before: KubeObject | undefined;
  readonly after: KubeObject | undefined;
}

export interface GonePod {
  readonly at: number;
  readonly pod: KubeObject;
}

export interface TimelineOptions {
  readonly kinds: readonly TrackedKind[];
  readonly now: () => number;
}

const podsKind: TrackedKind = { group: "", version: "v1", resource: "pods", kind: "Pod" };
const keyOf = ({ metadata }: KubeObject): string => `${metadata.namespace ?? ""}/${metadata.name}`;

/**
 * Remembers what the learner changes: each create, change and delete of a configuration object is a tick with what was
 * before and after. What was there when it began to look is no tick. Outlives the cluster's restarts.
 */
export class Timeline {
  private readonly known = new Map<string, Map<string, KubeObject>>();
  private readonly pods = new Map<string, KubeObject>();
  private kept: Change[] = [];
  private gone: GonePod[] = [];
  private count = 0;
  private since: number | undefined;
  private followed: AbortSignal | undefined;

  constructor(private readonly options: TimelineOptions) {}

  /** Looks at this cluster for as long as it lives; a second call for the same one does nothing. */
  follow(cluster: KubeCluster, life: AbortSignal): void {
    if (this.followed === life) return;
    this.followed = life;
    this.since ??= this.options.now();
    for (const kind of [...this.options.kinds, podsKind]) {
      const take = (event: WatchEvent) => {
        if (kind === podsKind) this.takePod(event);
        else this.take(kind, event);
      };
      cluster
        .watch(kind, { signal: life, onEvent: take, onError: () => undefined })
        // A kind that cannot be followed has no ticks; the Cluster tab says why it cannot be read.
        .catch(() => undefined);
    }
  }

  get changes(): readonly Change[] {
    return this.kept;
  }

  get gonePods(): readonly GonePod[] {
    return this.gone;
  }

  list(): ReadAnswer<"timeline:list"> {
    return {
      since: this.since ?? this.options.now(),
      ticks: this.kept.map(({ id, at, kind, by, before, after }) => {
        const { name, namespace } = (after ?? before)?.metadata ?? { name: "" };
        return {
          ...{ id, at, by, kind: kind.kind, name },
          verb: before === undefined ? "created" : after === undefined ? "deleted" : "changed",
          ...(namespace === undefined ? {} : { namespace }),
        };
      }),
    };
  }

  read(id: string): ReadAnswer<"timeline:read"> {
    const change = this.kept.find((one) => one.id === id);
    if (!change) throw notFound("This change is no longer remembered.");
    const { group, version, kind } = change.kind;
    const head = { apiVersion: group === "" ? version : `${group}/${version}`, kind };
    const yaml = (object: KubeObject | undefined) => (object ? essenceYaml(object, head) : "");
    return { before: yaml(change.before), after: yaml(change.after) };
  }

  private take(kind: TrackedKind, event: WatchEvent): void {
    const key = `${kind.resource}.${kind.group}`;
    const before = this.known.get(key);
    if (event.type === "RELISTED") {
      const listed = new Map(event.objects.map((object) => [keyOf(object), object]));
      this.known.set(key, listed);
      if (!before) return;
      for (const [id, object] of listed) this.compare(kind, before.get(id), object);
      for (const [id, object] of before) if (!listed.has(id)) this.compare(kind, object, undefined);
      return;
    }
    const id = keyOf(event.object);
    const objects = before ?? new Map<string, KubeObject>();
    this.known.set(key, objects);
    const last = objects.get(id);
    if (event.type === "DELETED") objects.delete(id);
    else objects.set(id, event.object);
    this.compare(kind, last, event.type === "DELETED" ? undefined : event.object);
  }

  private compare(kind: TrackedKind, before: KubeObject | undefined, after: KubeObject | undefined): void {
    if (before && after && sameEssence(before, after)) return;
    const subject = after ?? before;
    if (!subject) return;
    const by = managerOf(subject);
    if (isController(by)) return;
    this.count++;
    this.kept = [
      ...this.kept,
      { id: String(this.count), at: this.options.now(), kind, by, before, after },
    ].slice(-limits.ticks);
  }

  private takePod(event: WatchEvent): void {
    if (event.type === "RELISTED") {
      const listed = new Set(event.objects.map(keyOf));
      for (const [id, pod] of this.pods) if (!listed.has(id)) this.lose(id, pod);
      for (const pod of event.objects) this.pods.set(keyOf(pod), pod);
      return;
    }
    const id = keyOf(event.object);
    if (event.type === "DELETED") this.lose(id, this.pods.get(id) ?? event.object);
    else if (event.object.metadata.deletionTimestamp === undefined) this.pods.set(id, event.object);
  }

  /** As it was before it began to end. */
  private lose(id: string, pod: KubeObject): void {
    this.pods.delete(id);
    this.gone = [...this.gone, { at: this.options.now(), pod }].slice(-limits.gonePods);
  }
}
