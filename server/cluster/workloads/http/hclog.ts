import type { Clock } from "../../base/index.ts";

export type LogFields = Readonly<Record<string, string | number>>;

export interface HcLog {
  info(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

const quoted = (value: string) => (/[\s"=]/.test(value) ? `"${value}"` : value);

/** Lines as hashicorp/go-hclog 0.9 writes them; LEVEL padded so that messages line up. */
export function hcLog(clock: Clock, write: (text: string) => void): HcLog {
  const line =
    (level: string) =>
    (message: string, fields: LogFields = {}) => {
      const pairs = Object.entries(fields).map(([key, value]) => `${key}=${quoted(String(value))}`);
      const tail = pairs.length > 0 ? `: ${pairs.join(" ")}` : "";
      write(`${new Date(clock.now()).toISOString()} ${level.padEnd(7)} ${message}${tail}\n`);
    };
  return { info: line("[INFO]"), error: line("[ERROR]") };
}
