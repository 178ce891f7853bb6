import type { Clock } from "../../base/index.ts";
import { LEVELS, type Level } from "./flags.ts";

const SHORT: Readonly<Record<Level, string>> = {
  Debug: "dbug",
  Verbose: "trace",
  Info: "info",
  Warning: "warn",
  Error: "err",
  Critical: "crit",
  Fatal: "fatal",
};

export type FortioLog = (
  level: Level,
  where: string,
  facts: { readonly msg: string } & Readonly<Record<string, unknown>>,
) => void;

/** fortio.org/log's JSON lines, as it writes them where no terminal is. */
export function fortioLog(clock: Clock, threshold: Level, write: (text: string) => void): FortioLog {
  return (level, where, facts) => {
    if (LEVELS.indexOf(level) < LEVELS.indexOf(threshold)) return;
    const [file = "", line = "0"] = where.split(":");
    const head = `{"ts":${(clock.now() / 1000).toFixed(6)},"level":"${SHORT[level]}","r":1,"file":"${file}","line":${line},`;
    write(`${head}${JSON.stringify(facts).slice(1)}\n`);
  };
}
