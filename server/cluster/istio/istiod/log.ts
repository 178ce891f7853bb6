import type { Clock, Logger } from "../../base/index.ts";
import type { LogLevel, LogScopes } from "./log-scopes.ts";

/** istiod's own log: time, level, scope (when there is one) and message, parted by tabs; as much as the scopes say. */
export function istiodLogger(clock: Clock, scopes: LogScopes, write: (text: string) => void): Logger {
  const line = (level: LogLevel) => (facts: object, message: string) => {
    const scope = "scope" in facts && typeof facts.scope === "string" ? facts.scope : undefined;
    if (!scopes.says(scope ?? "default", level)) return;
    // Upstream prints microseconds; our clock has milliseconds.
    const time = new Date(clock.now()).toISOString().replace("Z", "000Z");
    write(`${time}\t${level}\t${scope === undefined ? "" : `${scope}\t`}${message}\n`);
  };
  return { debug: line("debug"), info: line("info"), warn: line("warn"), error: line("error") };
}
