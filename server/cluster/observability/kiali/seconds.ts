const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };

/** `60s`, `10m`, `1h30m`, or a plain number of seconds. Undefined: none of them, or zero. */
export function parseSeconds(text: string): number | undefined {
  if (/^\d+$/.test(text)) return Number(text) || undefined;
  if (!/^(\d+[smhd])+$/.test(text)) return undefined;
  let total = 0;
  for (const [, digits, unit = ""] of text.matchAll(/(\d+)([smhd])/g))
    total += Number(digits) * (UNITS[unit] ?? 0);
  return total || undefined;
}
