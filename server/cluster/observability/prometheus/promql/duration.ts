const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  y: 31_536_000_000,
};

/** `5m`, `1h30m`, `250ms`, in milliseconds; undefined when the text is no duration. */
export function parseDuration(text: string): number | undefined {
  if (!/^(\d+(ms|s|m|h|d|w|y))+$/.test(text)) return undefined;
  let total = 0;
  for (const [, digits, unit = ""] of text.matchAll(/(\d+)(ms|s|m|h|d|w|y)/g))
    total += Number(digits) * (UNITS[unit] ?? 0);
  return total;
}
