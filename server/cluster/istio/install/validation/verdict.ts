/** What is only worth a word. Two of them are messages of their own in `analyze`. */
export type Warning =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "unreachable-rule"; readonly rule: string; readonly reason: string }
  | {
      readonly kind: "ineffective-match";
      readonly rule: string;
      readonly match: string;
      readonly other: string;
    };

export interface Verdict {
  readonly errors: string[];
  readonly warnings: Warning[];
}

export const newVerdict = (): Verdict => ({ errors: [], warnings: [] });

export const warn = (verdict: Verdict, text: string): void => {
  verdict.warnings.push({ kind: "text", text });
};

/** A warning in one line, as `istioctl validate` prints it. */
export function warningText(warning: Warning): string {
  if (warning.kind === "text") return warning.text;
  if (warning.kind === "unreachable-rule")
    return `virtualService rule ${warning.rule} not used (${warning.reason})`;
  const { rule, match, other } = warning;
  return `virtualService rule ${rule} match ${match} is not used (duplicate/overlapping match in rule ${other})`;
}
