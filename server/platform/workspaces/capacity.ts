import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { availableParallelism, freemem, totalmem } from "node:os";
import type { CapacityReport } from "../../contracts/index.ts";
import { HostClient } from "./host-client.ts";
import type { WorkspaceLauncher } from "./launcher.ts";
import { ASSUMED_WORKSPACE_BYTES, KEPT_FREE_BYTES, TRIAL_POLL_MS, TRIAL_READY_MS } from "./limits.ts";
import { treeMemoryBytes, treesCpuMs } from "./process-tree.ts";

export interface CapacityDeps {
  readonly launcher: WorkspaceLauncher;
  readonly running: () => readonly string[];
  /** What the operator allows; undefined: what fits. */
  readonly configured: number | undefined;
}

type Trial = NonNullable<CapacityReport["trial"]>;

/** How many workspaces this server can run: what the operator says, else by memory, after one trial by measurement. */
export class Capacity {
  private trial: Trial | undefined;
  private measuring: Promise<void> | undefined;
  private problem: string | undefined;

  constructor(private readonly deps: CapacityDeps) {}

  places(): number {
    return this.deps.configured ?? this.fits();
  }

  report(): CapacityReport {
    const running = this.deps.running().length;
    return {
      ...{
        cores: availableParallelism(),
        memoryBytes: totalmem(),
        availableBytes: availableBytes(),
        running,
      },
      ...(this.deps.configured !== undefined && { configured: this.deps.configured }),
      ...{ fits: this.fits(), measuring: this.measuring !== undefined },
      ...(this.trial && { trial: this.trial }),
      ...(this.problem && { problem: this.problem }),
    };
  }

  /** Starts one workspace that is nobody's, prepares it for the lab, weighs it, and throws it away. One at a time. */
  measure(lab: string): void {
    this.measuring ??= this.weigh(lab)
      .then((trial) => {
        this.trial = trial;
        this.problem = undefined;
      })
      .catch((error: unknown) => {
        this.problem = error instanceof Error ? error.message : String(error);
      })
      .finally(() => {
        this.measuring = undefined;
      });
  }

  async settled(): Promise<void> {
    await this.measuring;
  }

  /** What is free now divides by what one needs, and those that run have their place already. */
  private fits(): number {
    const each = this.trial?.memoryBytes ?? ASSUMED_WORKSPACE_BYTES;
    return Math.max(1, this.deps.running().length + Math.floor((availableBytes() - KEPT_FREE_BYTES) / each));
  }

  private async weigh(lab: string): Promise<Trial> {
    const { launcher } = this.deps;
    const workspace = `trial-${randomBytes(8).toString("hex")}`;
    const begin = performance.now();
    try {
      const client = await HostClient.connect(await launcher.ensure(workspace), "control", {});
      const pid = launcher.pid(workspace);
      await client.openLab(lab);
      for (
        let { phase, detail } = await client.status();
        phase !== "ready";
        { phase, detail } = await client.status()
      ) {
        if (phase === "failed") throw new Error(`The trial workspace failed: ${detail}`);
        if (performance.now() - begin > TRIAL_READY_MS)
          throw new Error("The trial workspace was not ready in time.");
        await new Promise((resolve) => setTimeout(resolve, TRIAL_POLL_MS));
      }
      const readyMs = performance.now() - begin;
      const memoryBytes = pid === undefined ? undefined : treeMemoryBytes(pid);
      if (pid === undefined || memoryBytes === undefined)
        throw new Error("This system does not tell how much memory a process takes.");
      const cpuMs = treesCpuMs([pid]).get(pid) ?? 0;
      client.close();
      return { readyMs, memoryBytes, cpuMs, lab };
    } finally {
      await launcher.discard(workspace);
    }
  }
}

/** What could be had without swapping; of the whole machine, or of the container's memory where that is less. */
function availableBytes(): number {
  const found = /^MemAvailable: +(\d+) kB$/m.exec(readOr("/proc/meminfo"));
  const machine = found ? Number(found[1]) * 1024 : freemem();
  const limit = Number(readOr("/sys/fs/cgroup/memory.max"));
  const used = Number(readOr("/sys/fs/cgroup/memory.current"));
  return limit > 0 && used > 0 ? Math.min(machine, limit - used) : machine;
}

function readOr(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

/** On a laptop nothing has to be planned. */
export const oneWorkspace = (): CapacityReport => ({
  ...{ cores: availableParallelism(), memoryBytes: totalmem(), availableBytes: availableBytes() },
  ...{ running: 1, fits: 1, measuring: false },
});
