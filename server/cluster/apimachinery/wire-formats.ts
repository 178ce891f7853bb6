// Strings that Go reads into something else while it decodes, and what it says of wrong ones.

/** What is wrong with a value of a schema's format; undefined: nothing, or a format that is not looked at. */
export function formatProblem(value: unknown, format: unknown): string | undefined {
  if (typeof value !== "string") return undefined;
  if (format === "quantity") return quantityProblem(value);
  return format === "byte" ? base64Problem(value) : undefined;
}

const SUFFIXES = new Set([
  "",
  "Ki",
  "Mi",
  "Gi",
  "Ti",
  "Pi",
  "Ei",
  "n",
  "u",
  "m",
  "k",
  "M",
  "G",
  "T",
  "P",
  "E",
]);

/** Follows apimachinery resource.ParseQuantity. */
function quantityProblem(text: string): string | undefined {
  const [, number = "", suffix = ""] = /^([+-]?[0-9.]*)([eEinumkKMGTP]*[-+]?[0-9]*)$/.exec(text) ?? [];
  if (text === "" || number + suffix !== text)
    return "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
  if (!SUFFIXES.has(suffix) && !/^[eE][-+]?[0-9]+$/.test(suffix)) return "unable to parse quantity's suffix";
  return /^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)$/.test(number)
    ? undefined
    : "unable to parse numeric part of quantity";
}

/** Follows encoding/base64 decodeQuantum: groups of four, line breaks ignored, padding at the end only. */
function base64Problem(text: string): string | undefined {
  const at = firstIllegal(text);
  return at === undefined ? undefined : `illegal base64 data at input byte ${at}`;
}

function firstIllegal(text: string): number | undefined {
  let inGroup = 0;
  for (let at = 0; at < text.length; at++) {
    const letter = text.charAt(at);
    if (letter === "\n" || letter === "\r") continue;
    if (/[A-Za-z0-9+/]/.test(letter)) {
      inGroup = (inGroup + 1) % 4;
      continue;
    }
    if (letter !== "=" || inGroup < 2) return at;
    return illegalPadding(text, at, inGroup);
  }
  return inGroup === 0 ? undefined : text.length - inGroup;
}

function illegalPadding(text: string, at: number, inGroup: number): number | undefined {
  const after = text.slice(at + 1);
  const blank = /^[\r\n]*/.exec(after)?.[0].length ?? 0;
  if (inGroup === 3) return blank === after.length ? undefined : at + 1 + blank;
  if (blank === after.length) return text.length;
  if (after.charAt(blank) !== "=") return at + blank;
  const rest = after.slice(blank + 1);
  const more = /^[\r\n]*/.exec(rest)?.[0].length ?? 0;
  return more === rest.length ? undefined : at + 2 + blank + more;
}
