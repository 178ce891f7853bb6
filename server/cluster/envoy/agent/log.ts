import type { Clock } from "../../base/index.ts";

export interface AgentLog {
  info(text: string, scope?: string): void;
  warn(text: string, scope?: string): void;
  error(text: string, scope?: string): void;
}

/** Istio's log lines: time with microseconds, level, scope, text, parted by tabs. */
export function agentLog(clock: Clock, write: (text: string) => void): AgentLog {
  const line = (level: string) => (text: string, scope?: string) => {
    const time = new Date(clock.now()).toISOString().replace("Z", "000Z");
    write(`${[time, level, ...(scope ? [scope] : []), text].join("\t")}\n`);
  };
  return { info: line("info"), warn: line("warn"), error: line("error") };
}
