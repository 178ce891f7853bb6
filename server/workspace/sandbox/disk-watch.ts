import { statfs } from "node:fs/promises";
import { type DiskSum, sumOf } from "./disk-sum.ts";
import {
  DISK_COUNT_FACTOR,
  DISK_GROWS_BYTES,
  DISK_GROWS_FILES,
  DISK_LOOK_MS,
  DISK_SUM_AT_BYTES,
  DISK_SUM_MS,
  DISK_SUM_SHARE,
  TELL_AGAIN_MS,
} from "./limits.ts";
import { megabytes } from "./memory-watch.ts";
import type { Quotas } from "./quotas.ts";

export interface DiskWatchDeps {
  readonly quotas: Pick<Quotas, "diskBytes" | "diskFiles" | "freeBytes">;
  /** The learner's home and /tmp. */
  readonly folders: readonly string[];
  /** Ends what the learner runs: "programs" spares the shells, "all" does not. */
  readonly end: (what: "programs" | "all") => void;
  readonly tell: (sentence: string) => void;
  readonly failed: (error: unknown) => void;
}

/**
 * Keeps a learner's files within their limits by ending what makes them grow beyond. No file is touched: the learner
 * decides what goes. Whoever grows on after their programs were ended loses the shells, too.
 */
export class DiskWatch {
  private readonly timer = setInterval(() => this.look(), DISK_LOOK_MS).unref();
  private looking = false;
  private last: DiskSum = { bytes: 0, files: 0 };
  private summed: { readonly at: number; readonly free: number; readonly took: number } | undefined;
  private strikes = 0;
  private toldAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly deps: DiskWatchDeps) {}

  stop(): void {
    clearInterval(this.timer);
  }

  private look(): void {
    if (this.looking) return;
    this.looking = true;
    this.lookNow()
      .catch((error: unknown) => this.deps.failed(error))
      .finally(() => {
        this.looking = false;
      });
  }

  private async lookNow(): Promise<void> {
    const { folders, quotas } = this.deps;
    const { bavail, bsize } = await statfs(folders[0] ?? "/");
    const free = bavail * bsize;
    if (!this.sumIsDue(free)) return;
    const began = performance.now();
    const sum = await sumOf(folders, quotas.diskFiles * DISK_COUNT_FACTOR);
    const first = this.summed === undefined;
    this.summed = { at: performance.now(), free, took: performance.now() - began };
    const { bytes, files } = this.last;
    const grown = !first && (sum.bytes > bytes + DISK_GROWS_BYTES || sum.files > files + DISK_GROWS_FILES);
    this.last = sum;
    this.judge(overLimit(sum, free, quotas), grown);
  }

  private sumIsDue(free: number): boolean {
    if (!this.summed || this.strikes > 0) return true;
    const { at, took, free: before } = this.summed;
    const since = performance.now() - at;
    if (since < took / DISK_SUM_SHARE) return false;
    return since >= DISK_SUM_MS || before - free >= DISK_SUM_AT_BYTES || free < this.deps.quotas.freeBytes;
  }

  private judge(complaint: string | undefined, grown: boolean): void {
    if (complaint === undefined) {
      this.strikes = 0;
      this.toldAt = Number.NEGATIVE_INFINITY;
      return;
    }
    if (grown) this.deps.end(this.strikes++ === 0 ? "programs" : "all");
    else this.strikes = 0;
    const now = performance.now();
    if (!grown && now - this.toldAt < TELL_AGAIN_MS) return;
    this.toldAt = now;
    this.deps.tell(grown ? `${complaint} What was writing has been ended.` : complaint);
  }
}

function overLimit(
  { bytes, files }: DiskSum,
  free: number,
  quotas: DiskWatchDeps["quotas"],
): string | undefined {
  if (bytes > quotas.diskBytes)
    return `Your files take ${megabytes(bytes)} of ${megabytes(quotas.diskBytes)}: remove some (du -sh ~/* /tmp/*).`;
  if (files > quotas.diskFiles) return `You have more than ${quotas.diskFiles} files: remove some.`;
  if (free < quotas.freeBytes) return "The server's disk is nearly full: nothing can be written for now.";
  return undefined;
}
