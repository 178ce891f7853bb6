import type { Logger } from "./base/index.ts";

const LEVELS = ["debug", "info", "warn", "error", "silent"] as const;

/** JSON lines on stderr, for the supervisor's log file. `level` is the least important one written. */
export function stderrLogger(level: string): Logger {
  const least = Math.max(
    0,
    LEVELS.findIndex((name) => name === level),
  );
  const at = (rank: number) => (facts: object, message: string) => {
    if (rank < least) return;
    process.stderr.write(
      `${JSON.stringify({ time: new Date().toISOString(), level: LEVELS[rank], message, ...facts })}\n`,
    );
  };
  return { debug: at(0), info: at(1), warn: at(2), error: at(3) };
}
