/** What may be written at a place of a PromQL expression. */
export type CompletionPlace =
  | { readonly kind: "expression"; readonly from: number }
  | { readonly kind: "label"; readonly from: number; readonly metric: string | undefined }
  | {
      readonly kind: "value";
      readonly from: number;
      readonly label: string;
      readonly metric: string | undefined;
    }
  | { readonly kind: "duration"; readonly from: number }
  | { readonly kind: "none" };

const grouping = /\b(by|without|on|ignoring|group_left|group_right)\s*\($/;

/** Reads from the start to the place, so that quotes and brackets are known for what they are. */
export function completionPlace(text: string, position: number): CompletionPlace {
  const before = text.slice(0, position);
  const open: { readonly mark: string; readonly at: number }[] = [];
  let quote: { readonly mark: string; readonly at: number } | undefined;
  for (let at = 0; at < before.length; at += 1) {
    const mark = before.charAt(at);
    if (quote) {
      if (mark === "\\" && quote.mark !== "`") at += 1;
      else if (mark === quote.mark) quote = undefined;
    } else if (mark === '"' || mark === "'" || mark === "`") quote = { mark, at };
    else if (mark === "(" || mark === "{" || mark === "[") open.push({ mark, at });
    else if (mark === ")" || mark === "}" || mark === "]") open.pop();
  }
  const inner = open.at(-1);
  const word = /[a-zA-Z_:][\w:]*$/.exec(before)?.index ?? position;
  if (inner?.mark === "{") {
    const metric = /([a-zA-Z_:][\w:]*)\s*$/.exec(before.slice(0, inner.at))?.[1];
    if (!quote) return { kind: "label", from: word, metric };
    const label = /([a-zA-Z_]\w*)\s*(=|!=|=~|!~)\s*$/.exec(before.slice(0, quote.at))?.[1];
    return label === undefined ? { kind: "none" } : { kind: "value", from: quote.at + 1, label, metric };
  }
  if (quote) return { kind: "none" };
  if (inner?.mark === "[") return { kind: "duration", from: /[\da-z]*$/.exec(before)?.index ?? position };
  if (inner?.mark === "(" && grouping.test(before.slice(0, inner.at + 1)))
    return { kind: "label", from: word, metric: undefined };
  return { kind: "expression", from: word };
}
