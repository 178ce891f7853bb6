/** Go's time.Duration.String for nanoseconds: `265.9µs`, `3.39ms`, `4.001s`, `1m30s`. */
export function goDuration(nanoseconds: number): string {
  if (nanoseconds < 0) return `-${goDuration(-nanoseconds)}`;
  if (nanoseconds === 0) return "0s";
  if (nanoseconds < 1e3) return `${nanoseconds}ns`;
  if (nanoseconds < 1e6) return `${fraction(nanoseconds / 1e3, 3)}µs`;
  if (nanoseconds < 1e9) return `${fraction(nanoseconds / 1e6, 6)}ms`;
  const seconds = nanoseconds / 1e9;
  const minutes = Math.floor(seconds / 60);
  const rest = `${fraction(seconds - minutes * 60, 9)}s`;
  if (minutes === 0) return rest;
  return minutes < 60 ? `${minutes}m${rest}` : `${Math.floor(minutes / 60)}h${minutes % 60}m${rest}`;
}

const fraction = (value: number, digits: number) => String(Number(value.toFixed(digits)));

const UNIT_MS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1e3,
  m: 6e4,
  h: 3.6e6,
};

/** time.ParseDuration in milliseconds; undefined when it is none. */
export function parseGoDuration(text: string): number | undefined {
  if (text === "0") return 0;
  const parts = [...text.matchAll(/([0-9.]+)(ns|us|µs|ms|s|m|h)/g)];
  if (parts.length === 0 || parts.map(([whole]) => whole).join("") !== text) return undefined;
  return parts.reduce((sum, [, digits, unit = ""]) => sum + Number(digits) * (UNIT_MS[unit] ?? 0), 0);
}
