import { UsageError } from "../errors.ts";

/** When a release is called out of support: its month, and the version its code calls itself (operator/version). */
const END_OF_LIFE: Readonly<Record<string, { readonly from: string; readonly called: string }>> = {
  "1.21": { from: "2024-10", called: "1.21.0" },
  "1.29": { from: "2026-11", called: "1.29.0" },
};

/** Colours are for a terminal that standard output is. */
const yellowItalic = (text: string) => (process.stdout.isTTY ? `\x1b[33;3m${text}\x1b[0m` : text);

export const warningMark = () => yellowItalic("WARNING:");

/** The line that upstream prints once a release is past its end; "" before. */
export function endOfLifeWarning(version: string, today: Date = new Date()): string {
  const end = END_OF_LIFE[version.split(".").slice(0, 2).join(".")];
  if (!end || today.toISOString().slice(0, 7) < end.from) return "";
  return `${warningMark()} Istio ${end.called} may be out of support (EOL) already: see https://istio.io/latest/docs/releases/supported-releases/ for supported releases\n`;
}

/** a · a and b · a, b, and c. */
export function joined(words: readonly string[]): string {
  if (words.length < 3) return words.join(" and ");
  return `${words.slice(0, -1).join(", ")}, and ${words.at(-1)}`;
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** A Go duration flag in milliseconds. Throws UsageError in pflag's words. */
export function milliseconds(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)];
  if (parts.length === 0 || parts.map(([whole]) => whole).join("") !== text)
    throw new UsageError(
      `invalid argument "${text}" for "--readiness-timeout" flag: time: invalid duration "${text}"`,
    );
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * (UNITS[unit ?? ""] ?? 0), 0);
}
