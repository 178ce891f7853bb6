import { formatValue } from "../promql/value.ts";
import type { Labels } from "../storage/series.ts";

/** `{{ $labels.name }}` and `{{ $value }}` of labels and annotations; anything else of Go's templates is refused in place. */
export function expanded(
  text: string,
  { labels, value }: { readonly labels: Labels; readonly value: number },
): string {
  return text.replace(/\{\{\s*(.*?)\s*\}\}/g, (_, expression: string) => {
    if (expression === "$value" || expression === ".Value") return formatValue(value);
    const name = /^(?:\$labels|\.Labels)\.(\w+)$/.exec(expression)?.[1];
    if (name !== undefined) return labels[name] ?? "";
    return `<error expanding template: ${expression} is not supported by the practice cluster>`;
  });
}
