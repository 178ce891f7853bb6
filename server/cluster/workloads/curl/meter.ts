/** curl's progress meter, as it stands at the end of a transfer. Follows curl tool and lib/progress.c of 8.5. */
export const METER_HEAD =
  "  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current\n" +
  "                                 Dload  Upload   Total   Spent    Left  Speed\n";

export interface Transferred {
  readonly received: number;
  /** Content-Length; undefined when the server did not say. */
  readonly expected: number | undefined;
  readonly sent: number;
  readonly elapsedMs: number;
}

export const METER_START = `\r${row({ received: 0, expected: 0, sent: 0, elapsedMs: 0 })}`;

export function meterEnd(transferred: Transferred): string {
  return `\r${row(transferred)}\n`;
}

function row({ received, expected, sent, elapsedMs }: Transferred): string {
  const seconds = Math.max(elapsedMs, 0.001) / 1000;
  const down = received / seconds;
  const up = sent / seconds;
  const total = (expected ?? received) + sent;
  const percent = total > 0 ? 100 : 0;
  const receivedPercent =
    expected !== undefined && expected > 0 ? Math.floor((received / expected) * 100) : 0;
  const cells = [
    String(percent).padStart(3),
    ` ${size(total)}`,
    `  ${String(receivedPercent).padStart(3)}`,
    ` ${size(received)}`,
    `  ${String(sent > 0 ? 100 : 0).padStart(3)}`,
    ` ${size(sent)}`,
    `  ${size(down)}`,
    `  ${size(up)}`,
    ` ${clock(0)} ${clock(elapsedMs / 1000)} ${clock(0)}`,
    ` ${size(down + up)}`,
  ];
  return cells.join("");
}

/** Five columns: bytes, then thousands as `1234k`, `12.3M`. */
function size(bytes: number): string {
  const whole = Math.floor(bytes);
  if (whole < 100_000) return String(whole).padStart(5);
  const units: [number, string][] = [
    [1024, "k"],
    [1024 ** 2, "M"],
    [1024 ** 3, "G"],
  ];
  for (const [unit, letter] of units) {
    const value = whole / unit;
    if (unit > 1024 && value < 100) return `${value.toFixed(1)}${letter}`.padStart(5);
    if (value < 10_000) return `${Math.floor(value)}${letter}`.padStart(5);
  }
  return `${Math.floor(whole / 1024 ** 3)}G`;
}

function clock(seconds: number): string {
  const whole = Math.floor(seconds);
  if (whole <= 0) return "--:--:--";
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return parts
    .map((part, index) => (index === 0 ? String(part).padStart(2) : String(part).padStart(2, "0")))
    .join(":");
}
