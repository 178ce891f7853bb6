import { randomBytes } from "node:crypto";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import type { Logger } from "pino";
import { z } from "zod";
import type { WorkspaceStatus } from "../../contracts/index.ts";
import { SPARE_LOOK_MS, SPARE_QUIET_MS, SPARE_READY_MS, SPARE_RETRY_MS } from "./limits.ts";

/** What a workspace's host is started with. */
export interface HostSource {
  readonly contentDir: string;
  readonly istioVersion: string;
}

/** What the next learner will most likely want: its host's source, and the lab that is opened in it. */
export interface SpareWish extends HostSource {
  readonly lab: string | undefined;
}

/** What is asked of a spare's host. */
export interface SpareHost {
  openLab(lab: string): Promise<WorkspaceStatus>;
  status(): Promise<WorkspaceStatus>;
}

export interface SparesDeps {
  /** How many stand ready at a time. */
  readonly size: number;
  /** Remembers which workspaces are nobody's yet: the next web process takes them up. */
  readonly file: string;
  readonly wish: () => Promise<SpareWish>;
  readonly control: (workspace: string) => Promise<SpareHost>;
  /** Ends a workspace and deletes what it holds. */
  readonly discard: (workspace: string) => Promise<void>;
  readonly log: Logger;
}

interface Spare extends HostSource {
  readonly name: string;
}

const remembered = z.array(z.object({ name: z.string(), contentDir: z.string(), istioVersion: z.string() }));
const same = (one: HostSource, other: HostSource) =>
  one.contentDir === other.contentDir && one.istioVersion === other.istioVersion;

/**
 * Workspaces that run and are nobody's yet, with the first lab open: a class that comes all at once finds them instead
 * of waiting for sixty clusters to start. One is made at a time, and none while learners are coming.
 */
export class SpareWorkspaces {
  private spares: Spare[];
  private readonly ready = new Set<string>();
  private filling: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private takenAt = Number.NEGATIVE_INFINITY;
  private readonly ending = new AbortController();

  constructor(private readonly deps: SparesDeps) {
    this.spares = read(deps.file);
  }

  /** How many could be taken now. */
  get standing(): number {
    return this.ready.size;
  }

  /** What this one's host is started with; undefined when it is not a spare. */
  sourceOf(workspace: string): HostSource | undefined {
    return this.spares.find(({ name }) => name === workspace);
  }

  /** A workspace that stands ready with this source: the caller's from now on. Undefined: there is none. */
  take(source: HostSource): string | undefined {
    if (this.deps.size === 0) return undefined;
    this.takenAt = performance.now();
    const found = this.spares.find((spare) => this.ready.has(spare.name) && same(spare, source));
    this.fillIn(SPARE_QUIET_MS);
    if (found) this.forget(found);
    return found?.name;
  }

  /** Looks at what is wished for now, and makes what is missing of it. */
  fill(): void {
    clearTimeout(this.timer);
    if (this.deps.size === 0 && this.spares.length === 0) return;
    this.filling ??= this.work()
      .catch((error: unknown) => {
        this.deps.log.warn({ err: error }, "a spare workspace could not be made; trying again");
        this.fillIn(SPARE_RETRY_MS);
      })
      .finally(() => {
        this.filling = undefined;
      });
  }

  /** Spares that run go on; the next web process has them. Resolves when none is being made. */
  async stop(): Promise<void> {
    this.ending.abort();
    clearTimeout(this.timer);
    await this.filling;
  }

  private fillIn(ms: number): void {
    if (this.ending.signal.aborted) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.fill(), ms).unref();
  }

  private async work(): Promise<void> {
    for (;;) {
      const wish = await this.deps.wish();
      const wrong = this.spares
        .filter((spare) => !same(spare, wish))
        .concat(this.spares.slice(this.deps.size));
      for (const spare of new Set(wrong)) await this.discard(spare);
      const next = this.spares.find(({ name }) => !this.ready.has(name)) ?? this.invent(wish);
      if (!next || this.ending.signal.aborted) return;
      if (performance.now() - this.takenAt < SPARE_QUIET_MS) return this.fillIn(SPARE_QUIET_MS);
      await this.bringUp(next, wish.lab);
    }
  }

  private invent({ contentDir, istioVersion }: SpareWish): Spare | undefined {
    if (this.spares.length >= this.deps.size) return undefined;
    const spare = { name: `w-${randomBytes(8).toString("hex")}`, contentDir, istioVersion };
    this.remember([...this.spares, spare]);
    return spare;
  }

  private async bringUp(spare: Spare, lab: string | undefined): Promise<void> {
    try {
      const host = await this.deps.control(spare.name);
      if (lab !== undefined) await host.openLab(lab);
      const deadline = performance.now() + SPARE_READY_MS;
      for (
        let { phase, detail } = await host.status();
        phase !== "ready";
        { phase, detail } = await host.status()
      ) {
        if (this.ending.signal.aborted) return;
        if (phase === "failed" || performance.now() > deadline)
          throw new Error(`the spare workspace ${spare.name} is not ready: ${detail ?? phase}`);
        await new Promise((resolve) => setTimeout(resolve, SPARE_LOOK_MS));
      }
      this.ready.add(spare.name);
    } catch (error) {
      if (!this.ending.signal.aborted) await this.discard(spare);
      throw error;
    }
  }

  private async discard(spare: Spare): Promise<void> {
    this.forget(spare);
    await this.deps.discard(spare.name);
  }

  private forget(spare: Spare): void {
    this.ready.delete(spare.name);
    this.remember(this.spares.filter((other) => other !== spare));
  }

  /** On disk before anybody is told: two people never get the same one. */
  private remember(spares: Spare[]): void {
    this.spares = spares;
    writeFileSync(`${this.deps.file}.part`, JSON.stringify(spares), { mode: 0o600 });
    renameSync(`${this.deps.file}.part`, this.deps.file);
  }
}

function read(file: string): Spare[] {
  try {
    return remembered.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return []; // none yet; what a damaged file named is looked for by nobody
  }
}
