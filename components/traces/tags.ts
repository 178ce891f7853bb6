/** Jaeger's way of writing tags in its search: key=value, values with spaces in quotes. Undefined: it cannot be read. */
export function parseTags(text: string): Record<string, string> | undefined {
  const tags: Record<string, string> = {};
  const rest = text.trim();
  if (rest === "") return tags;
  const pattern = /([^\s=]+)=("([^"]*)"|\S+)(\s+|$)/gy;
  let at = 0;
  for (let match = pattern.exec(rest); match; match = pattern.exec(rest)) {
    tags[match[1] ?? ""] = match[3] ?? match[2] ?? "";
    at = pattern.lastIndex;
  }
  return at === rest.length ? tags : undefined;
}
