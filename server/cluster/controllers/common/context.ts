import type { KubeObject } from "../../apimachinery/index.ts";
import type { Clock, Logger, Random } from "../../base/index.ts";
import {
  EventRecorder,
  keyOf,
  type ResourceClient,
  type ResourceType,
  runController,
  type SharedInformers,
  type Transport,
  WorkQueue,
  waitForCacheSync,
} from "../../client/index.ts";
import { WORKERS } from "../limits.ts";

/** What every controller is given. */
export interface ControllerContext {
  readonly transport: Transport;
  readonly informers: SharedInformers;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

export function recorderFor(
  { transport, clock, logger }: ControllerContext,
  component: string,
): EventRecorder {
  return new EventRecorder({ transport, clock, logger, component });
}

export function clientFor<T extends KubeObject>(
  { informers }: ControllerContext,
  type: ResourceType<T>,
): ResourceClient<T> {
  return informers.client(type);
}

export interface RunOptions {
  readonly name: string;
  readonly queue: WorkQueue;
  /** Caches that reconcile reads. */
  readonly caches: readonly { whenSynced(): Promise<void> }[];
  reconcile(key: string): Promise<void>;
}

/** Runs the queue once the caches are in. Returns at once. */
export function run(context: ControllerContext, options: RunOptions): void {
  const { logger, signal } = context;
  const start = async () => {
    if (!(await waitForCacheSync(options.caches, signal))) return;
    await runController({ ...options, workers: WORKERS, logger, signal });
  };
  start().catch((error: unknown) =>
    logger.error({ err: error, controller: options.name }, "controller ended"),
  );
}

export function queueFor({ clock }: ControllerContext): WorkQueue {
  return new WorkQueue({ clock });
}

/** Enqueues every object of a kind when it changes in any way. */
export function enqueueAll<T extends KubeObject>(
  { informers }: ControllerContext,
  type: ResourceType<T>,
  queue: WorkQueue,
): void {
  const add = (object: T) => queue.add(keyOf(object));
  informers.of(type).addHandler({ added: add, updated: add, deleted: add });
}

/** RFC 3339 without fractions, as metav1.Time. */
export function timestamp({ clock }: { readonly clock: Clock }): string {
  return `${new Date(clock.now()).toISOString().slice(0, 19)}Z`;
}
