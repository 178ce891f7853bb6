import type { Clock, Logger } from "../../base/index.ts";

/** istiod's own log: time, level, scope (when there is one) and message, parted by tabs. */
export function istiodLogger(clock: Clock, write: (text: string) => void): Logger {
  const line = (level: string) => (facts: object, message: string) => {
    const scope = "scope" in facts && typeof facts.scope === "string" ? `${facts.scope}\t` : "";
    // Upstream prints microseconds; our clock has milliseconds.
    const time = new Date(clock.now()).toISOString().replace("Z", "000Z");
    write(`${time}\t${level}\t${scope}${message}\n`);
  };
  return { debug: () => undefined, info: line("info"), warn: line("warn"), error: line("error") };
}
