import { isConflict } from "../apimachinery/index.ts";
import type { Logger } from "../base/index.ts";
import type { WorkQueue } from "./work-queue.ts";

export interface ControllerOptions {
  readonly name: string;
  readonly queue: WorkQueue;
  /** Safe to run twice, late, or for a thing already gone. Throws only to be retried. */
  reconcile(key: string): Promise<void>;
  readonly workers?: number;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/** Works the queue until `signal` aborts; resolves when the last worker has stopped. */
export async function runController(options: ControllerOptions): Promise<void> {
  const { queue, signal, workers = 1 } = options;
  const stop = () => queue.dispose();
  if (signal.aborted) stop();
  signal.addEventListener("abort", stop, { once: true });
  await Promise.all(Array.from({ length: workers }, () => work(options)));
  signal.removeEventListener("abort", stop);
}

async function work({ name, queue, reconcile, logger, signal }: ControllerOptions): Promise<void> {
  for (let key = await queue.get(); key !== undefined; key = await queue.get()) {
    try {
      await reconcile(key);
      queue.forget(key);
    } catch (error) {
      if (signal.aborted) return;
      // Somebody else wrote first: what they wrote is on its way to us.
      if (isConflict(error)) logger.debug({ controller: name, key }, "conflict, trying again");
      else logger.warn({ controller: name, key, err: error }, "reconcile failed, trying again");
      queue.addRateLimited(key);
    } finally {
      queue.done(key);
    }
  }
}
