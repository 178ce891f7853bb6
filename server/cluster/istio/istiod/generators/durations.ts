const UNIT_SECONDS: Readonly<Record<string, number>> = {
  h: 3600,
  m: 60,
  s: 1,
  ms: 0.001,
  us: 1e-6,
  µs: 1e-6,
  ns: 1e-9,
};

/** Seconds of a Go duration text (`1m30s`, `250ms`); undefined when it is none. */
export function seconds(text: string): number | undefined {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(h|ms|us|µs|ns|m|s)/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join("") !== text)
    return text === "0" ? 0 : undefined;
  return parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (UNIT_SECONDS[unit ?? ""] ?? 0), 0);
}

/** A Go duration as protobuf JSON writes it: `90s`, `0.250s`. Undefined in, or no duration: undefined. */
export function duration(text: string | undefined): string | undefined {
  const value = text === undefined ? undefined : seconds(text);
  if (value === undefined) return undefined;
  if (Number.isInteger(value)) return `${value}s`;
  // protojson writes 3, 6 or 9 digits of fraction.
  const digits = [3, 6, 9].find((count) => Math.abs(Number(value.toFixed(count)) - value) < 1e-12) ?? 9;
  return `${value.toFixed(digits)}s`;
}
