import type { MeshGraph, WallNews, WallTile } from "../../contracts/index.ts";
import { MAX_WALL_LOOKERS, WALL_AT_A_TIME, WALL_EVERY_MS, WALL_LOOK_MS } from "./limits.ts";
import { ClassroomRefusal } from "./refusal.ts";
import { wallTile } from "./wall-tile.ts";

export interface MeshWallDeps {
  /** Who learns in the class, as the database knows it now. */
  readonly members: (classroom: string) => Promise<readonly string[]>;
  /** The learner's mesh now; undefined: no workspace of theirs runs, and none is started for a picture. */
  readonly graph: (learner: string) => Promise<MeshGraph | undefined>;
  /** To one page; what does not get through at once is lost. */
  readonly publishWall: (to: string, news: WallNews) => void;
  readonly now: () => number;
  readonly failed: (error: unknown) => void;
}

interface Looker {
  readonly class: string;
  readonly learners: readonly string[];
  /** What was sent last, by learner. */
  readonly sent: Map<string, string>;
}

interface Picture {
  readonly text: string;
  readonly tile: WallTile;
}

/**
 * Small pictures of many meshes for those who look at them now. A mesh that its learner looks at is drawn from what their
 * own page was answered; only the others are asked, a few at a time, the oldest picture first. What nobody looks at costs
 * nothing, and a page hears of it at most once a second.
 */
export class MeshWall {
  private readonly lookers = new Map<string, Looker>();
  private readonly pictures = new Map<string, Picture>();
  /** When a learner's mesh was asked for last, or told of itself. */
  private readonly askedAt = new Map<string, number>();
  private readonly asking = new Set<string>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly deps: MeshWallDeps) {}

  /** `page`: who asks, judged already. Of those who are named, the learners of the class. */
  async look(
    page: string,
    { class: classroom, learners }: { class: string; learners: readonly string[] },
  ): Promise<WallTile[]> {
    if (learners.length === 0) {
      this.leave(page);
      return [];
    }
    if (!this.lookers.has(page) && this.lookers.size >= MAX_WALL_LOOKERS)
      throw new ClassroomRefusal("too-many", "Too many pages look at meshes just now.");
    const members = new Set(await this.deps.members(classroom));
    const seen = [...new Set(learners)].filter((learner) => members.has(learner));
    const tiles = seen.flatMap((learner) => this.pictures.get(learner) ?? []);
    const sent = new Map(tiles.map(({ tile, text }) => [tile.learner, text]));
    this.lookers.set(page, { class: classroom, learners: seen, sent });
    this.timer ??= setInterval(() => void this.tick().catch(this.deps.failed), WALL_LOOK_MS).unref();
    void this.ask();
    return tiles.map(({ tile }) => tile);
  }

  leave(page: string): void {
    this.lookers.delete(page);
    if (this.lookers.size === 0) this.stop();
  }

  /** The learner's own page was just answered with this. */
  take(learner: string, graph: MeshGraph): void {
    if (!this.wanted().has(learner)) return;
    const tile = wallTile(learner, graph);
    this.pictures.set(learner, { tile, text: JSON.stringify(tile) });
    this.askedAt.set(learner, this.deps.now());
  }

  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
    for (const all of [this.lookers, this.pictures, this.askedAt]) all.clear();
  }

  /** Sends each page what changed in what it shows. Who has left the class since is no longer shown. */
  async tick(): Promise<void> {
    const classes = new Set([...this.lookers.values()].map((looker) => looker.class));
    const members = new Map<string, ReadonlySet<string>>();
    for (const id of classes) members.set(id, new Set(await this.deps.members(id)));
    for (const [page, looker] of this.lookers) {
      const inClass = members.get(looker.class);
      const changed = looker.learners.flatMap((learner) => {
        const picture = inClass?.has(learner) ? this.pictures.get(learner) : undefined;
        return picture && looker.sent.get(learner) !== picture.text ? [picture] : [];
      });
      for (const { tile, text } of changed) looker.sent.set(tile.learner, text);
      if (changed.length > 0)
        this.deps.publishWall(page, { class: looker.class, tiles: changed.map(({ tile }) => tile) });
    }
    const wanted = this.wanted();
    for (const known of [this.pictures, this.askedAt])
      for (const learner of known.keys()) if (!wanted.has(learner)) known.delete(learner);
    await this.ask();
  }

  private wanted(): Set<string> {
    return new Set([...this.lookers.values()].flatMap(({ learners }) => learners));
  }

  private async ask(): Promise<void> {
    const { graph, now, failed } = this.deps;
    const due = [...this.wanted()]
      .filter((learner) => !this.asking.has(learner))
      .map((learner) => ({ learner, at: this.askedAt.get(learner) ?? 0 }))
      .filter(({ at }) => now() - at >= WALL_EVERY_MS)
      .sort((one, other) => one.at - other.at)
      .slice(0, Math.max(0, WALL_AT_A_TIME - this.asking.size));
    const one = async (learner: string) => {
      this.asking.add(learner);
      this.askedAt.set(learner, now());
      try {
        const found = await graph(learner);
        if (found) this.take(learner, found);
      } catch {
        // A mesh that does not answer now has an older picture, or none; the board tells how its workspace is.
      } finally {
        this.asking.delete(learner);
      }
    };
    await Promise.all(due.map(({ learner }) => one(learner))).catch(failed);
  }
}
