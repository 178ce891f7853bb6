import { isConflict, isNotFound } from "../apimachinery/index.ts";
import type { Clock, Logger } from "../base/index.ts";
import type { Transport } from "../client/transport.ts";
import { RELIST_MS, STATUS_ATTEMPTS } from "./limits.ts";
import type { Pod } from "./pod.ts";

export interface StatusWriterDeps {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Writes one pod's status: one request at a time, always the newest state, nothing when nothing changed. */
export class StatusWriter {
  private dirty = false;
  private working: Promise<void> | undefined;
  private written = "";
  private closed = false;

  constructor(
    private readonly deps: StatusWriterDeps,
    private readonly pod: Pod,
    private readonly current: () => object,
  ) {}

  /** What the API has is what `current` says now. */
  agreed(): void {
    this.written = JSON.stringify(this.current());
  }

  changed(): void {
    this.dirty = true;
    this.working ??= this.work().finally(() => {
      this.working = undefined;
      if (this.dirty && !this.closed) this.changed();
    });
  }

  /** Resolves when all that changed so far has been written (or given up). */
  async flush(): Promise<void> {
    while (this.working) await this.working;
  }

  close(): void {
    this.closed = true;
  }

  private async work(): Promise<void> {
    // Let what changes together be written together.
    await Promise.resolve();
    for (let attempt = 0; this.dirty && !this.closed && attempt < STATUS_ATTEMPTS; ) {
      this.dirty = false;
      const status = this.current();
      const text = JSON.stringify(status);
      if (text === this.written) continue;
      try {
        await this.write(status);
        this.written = text;
        attempt = 0;
      } catch (error) {
        // The pod is gone, or another took its name: nothing left to tell.
        if (isNotFound(error) || isConflict(error)) return;
        attempt += 1;
        this.dirty = true;
        this.deps.logger.warn(
          { error: String(error), pod: this.pod.metadata.name },
          "a pod status was refused",
        );
        await this.deps.clock.sleep(RELIST_MS);
      }
    }
    this.dirty = false;
  }

  private async write(status: object): Promise<void> {
    const { namespace, name, uid } = this.pod.metadata;
    await this.deps.transport.request({
      method: "PATCH",
      path: `/api/v1/namespaces/${namespace}/pods/${name}/status`,
      contentType: "application/merge-patch+json",
      // With the uid, a new pod of the same name cannot get an old one's status.
      body: { metadata: { uid }, status },
    });
  }
}
