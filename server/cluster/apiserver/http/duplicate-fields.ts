/**
 * Paths of keys that stand twice in one object of a JSON text, e.g. `spec.containers[0].image`, in the order in which the
 * second one is met. JSON.parse cannot tell. The text must have been parsed without error before.
 */
export function duplicateFields(text: string): readonly string[] {
  const found = new Set<string>();
  /** One entry per open bracket: the keys seen in an object, or the index reached in an array. */
  const open: { readonly path: string; readonly keys?: Set<string>; index: number }[] = [];
  let path = "";
  let expectsKey = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    const inside = open.at(-1);
    if (character === '"') {
      const end = endOfString(text, at);
      if (expectsKey && inside?.keys) {
        const key = unquoted(text.slice(at, end + 1));
        path = inside.path ? `${inside.path}.${key}` : key;
        if (inside.keys.has(key)) found.add(path);
        inside.keys.add(key);
        expectsKey = false;
      }
      at = end;
    } else if (character === "{") {
      open.push({ path, keys: new Set(), index: 0 });
      expectsKey = true;
    } else if (character === "[") {
      open.push({ path, index: 0 });
      path = `${path}[0]`;
      expectsKey = false;
    } else if (character === "}" || character === "]") {
      open.pop();
      expectsKey = false;
    } else if (character === "," && inside) {
      expectsKey = inside.keys !== undefined;
      inside.index++;
      if (!inside.keys) path = `${inside.path}[${inside.index}]`;
    }
  }
  return [...found];
}

function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === '"') return at;
  }
  return text.length;
}

function unquoted(literal: string): string {
  return literal.includes("\\") ? String(JSON.parse(literal)) : literal.slice(1, -1);
}
