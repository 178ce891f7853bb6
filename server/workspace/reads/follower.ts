import type { EventRow, ObjectRow, ReadAnswer } from "../../contracts/index.ts";
import { isNotFound, type KubeCluster, type KubeObject, type WatchEvent } from "../../platform/kube/index.ts";
import { eventsKind, type FollowedKind, followedKinds } from "./kinds.ts";
import { limits } from "./limits.ts";
import { eventRow, objectRow } from "./object-rows.ts";

type Listing = ReadAnswer<"objects:list">;
type KindState = "reading" | "read" | { readonly failed: string };

/**
 * Follows all shown kinds by watches while somebody looks, so that a page that asks every other second costs the cluster
 * nothing. Ends by itself some time after the last question, and with the cluster.
 */
export class ObjectFollower {
  private readonly rows = new Map<string, Map<string, ObjectRow>>();
  private readonly events = new Map<string, EventRow>();
  private readonly states = new Map<string, KindState>();
  private readonly end = new AbortController();
  private readonly name = crypto.randomUUID().slice(0, 8);
  private changes = 0;
  private idle: NodeJS.Timeout | undefined;

  constructor(cluster: KubeCluster, life: AbortSignal) {
    const signal = AbortSignal.any([this.end.signal, life]);
    life.addEventListener("abort", () => this.stop(), { once: true });
    for (const kind of followedKinds) this.follow(cluster, kind, signal);
    this.follow(cluster, eventsKind, signal);
    this.touch();
  }

  get ended(): boolean {
    return this.end.signal.aborted;
  }

  /** Everything as it is known now, unless `known` is that already. */
  list(known: string | undefined): Listing {
    this.touch();
    const revision = `${this.name}.${this.changes}`;
    if (known === revision) return { changed: false };
    const rows = [...this.rows.values()].flatMap((kind) => [...kind.values()]);
    const events = [...this.events.values()].sort((a, b) => (a.lastSeen < b.lastSeen ? 1 : -1));
    return {
      changed: true,
      revision,
      rows: rows.slice(0, limits.objects),
      events: events.slice(0, limits.events),
      warnings: this.warnings(rows.length),
    };
  }

  stop(): void {
    clearTimeout(this.idle);
    this.end.abort();
  }

  private touch(): void {
    clearTimeout(this.idle);
    this.idle = setTimeout(() => this.stop(), limits.followMs).unref();
  }

  private warnings(rows: number): string[] {
    const states = [...this.states.entries()];
    const reading = states.filter(([, state]) => state === "reading").map(([kind]) => kind);
    return [
      ...(reading.length > 0
        ? [`Still being read: ${reading.slice(0, 5).join(", ")}${reading.length > 5 ? ", …" : ""}.`]
        : []),
      ...states.flatMap(([kind, state]) =>
        typeof state === "object" ? [`${kind} cannot be read: ${state.failed}`] : [],
      ),
      ...(rows > limits.objects ? [`Only ${limits.objects} of ${rows} objects are shown.`] : []),
    ];
  }

  private follow(cluster: KubeCluster, kind: FollowedKind, signal: AbortSignal): void {
    const key = kind.group === "" ? kind.resource : `${kind.resource}.${kind.group}`;
    this.states.set(key, "reading");
    const say = (state: KindState) => {
      this.states.set(key, state);
      this.changes++;
    };
    const ended = cluster.watch(kind, {
      signal,
      onEvent: (event) => {
        this.take(key, kind, event);
        say("read");
      },
      // A kind that is not installed is no news.
      onError: (error) => say(isNotFound(error) ? "read" : { failed: error.message.slice(0, 300) }),
    });
    ended.catch((error: unknown) => say({ failed: String(error).slice(0, 300) }));
  }

  private take(key: string, kind: FollowedKind, event: WatchEvent): void {
    if (kind === eventsKind) {
      this.takeEvent(event);
      return;
    }
    if (event.type === "RELISTED") {
      this.rows.set(key, new Map(event.objects.map((object) => [idOf(object), objectRow(object, kind)])));
      return;
    }
    const rows = this.rows.get(key) ?? new Map<string, ObjectRow>();
    this.rows.set(key, rows);
    if (event.type === "DELETED") rows.delete(idOf(event.object));
    else rows.set(idOf(event.object), objectRow(event.object, kind));
  }

  private takeEvent(event: WatchEvent): void {
    if (event.type === "RELISTED") {
      this.events.clear();
      for (const object of event.objects) this.events.set(idOf(object), eventRow(object));
    } else if (event.type === "DELETED") this.events.delete(idOf(event.object));
    else this.events.set(idOf(event.object), eventRow(event.object));
    // The API server forgets events after an hour; what is beyond the page's bound twice over goes before that.
    for (const id of this.events.keys()) {
      if (this.events.size <= limits.events * 2) break;
      this.events.delete(id);
    }
  }
}

const idOf = ({ metadata }: KubeObject): string => `${metadata.namespace ?? ""}/${metadata.name}`;
