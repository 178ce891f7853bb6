// Runs named stages one after the other, with one progress line each. Plain Node: runs before node_modules exists.

/** "0.4 s", "31 s", "2 min 5 s". */
export function duration(ms) {
  if (ms < 9_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** A refusal for people: printed as it is, without a stack. `advice` lines say what to do. */
export class Refusal extends Error {
  constructor(message, advice = []) {
    super(message);
    this.advice = advice;
  }
}

/**
 * @param {{ title: string, run: () => Promise<string | void> }[]} stages `run` may return a short note, e.g. "up to date".
 * @param {(line: string) => void} print
 */
export async function runStages(stages, print = console.log) {
  const begin = performance.now();
  for (const [index, stage] of stages.entries()) {
    const label = `[${index + 1}/${stages.length}] ${stage.title}`;
    const from = performance.now();
    const reminder = setInterval(
      () => print(`${label} … still working, ${duration(performance.now() - from)}`),
      15_000,
    );
    reminder.unref();
    try {
      const note = (await stage.run()) ?? "done";
      const now = performance.now();
      print(`${label} … ${note}, ${duration(now - from)} (total ${duration(now - begin)})`);
    } finally {
      clearInterval(reminder);
    }
  }
}

/** Ends the process the way a person should see it. */
export function exitWith(error) {
  if (error instanceof Refusal) {
    console.error(`\n✘ ${error.message}`);
    for (const line of error.advice) console.error(`  → ${line}`);
  } else console.error(error);
  process.exit(1);
}
