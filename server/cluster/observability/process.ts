import type { Disposable } from "../base/index.ts";
import type { ContainerContext, RunningProgram } from "../container/index.ts";

export interface Life {
  /** All that the program has started; disposed when it ends. */
  readonly running: Disposable;
  /** Its last words after SIGTERM. */
  readonly onTerminate?: () => void;
}

/** A program that serves until SIGTERM (exit code 0) or SIGKILL (137). */
export function untilStopped(context: ContainerContext, { running, onTerminate }: Life): RunningProgram {
  let end: (code: number) => void = () => undefined;
  const exited = new Promise<number>((resolve) => {
    end = resolve;
  });
  const stop = (code: number) => {
    running.dispose();
    end(code);
  };
  const terminate = () => {
    onTerminate?.();
    stop(0);
  };
  if (context.terminate.aborted) terminate();
  else context.terminate.addEventListener("abort", terminate, { once: true });
  return { exited, kill: () => stop(137) };
}
