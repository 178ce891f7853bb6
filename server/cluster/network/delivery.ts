// Yielding is not keeping time: nothing here waits for a moment, it only lets the event loop breathe.
import { setImmediate as onNextTurn } from "node:timers";
import { DELIVERIES_PER_TURN } from "./limits.ts";

let delivered = 0;

function startTurn(): void {
  delivered = 0;
}

/**
 * Runs `task` soon, never within the caller's stack: a write must not run the reader inside the writer.
 * Order of tasks is kept within a turn; a pair of connections never has two tasks in flight in one direction.
 */
export function deliver(task: () => void): void {
  if (delivered === 0) onNextTurn(startTurn);
  delivered += 1;
  if (delivered < DELIVERIES_PER_TURN) process.nextTick(task);
  else onNextTurn(task);
}
