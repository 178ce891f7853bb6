import { NAME_LENGTH } from "./limits.ts";

/**
 * A name as others may see it: one line, no controls, nothing invisible, nothing that turns the reading direction of what
 * stands beside it. It stays text of any script; whoever shows it shows text. Undefined: nothing is left.
 */
export function displayName(typed: string): string | undefined {
  const name = typed
    .normalize("NFKC")
    // Line and paragraph separators are spaces; controls, formats (zero width, direction), unassigned and private ones go.
    .replace(/[\s\p{Z}]+/gu, " ")
    .replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}]/gu, "")
    // More than two marks on one letter climb over the neighbouring lines.
    .replace(/(\p{M}{2})\p{M}+/gu, "$1")
    .replace(/ +/g, " ")
    .trim();
  const letters = [...name].slice(0, NAME_LENGTH).join("").trim();
  return /[\p{L}\p{N}]/u.test(letters) ? letters : undefined;
}
