/**
 * Compares what a lab says a command prints with what it printed: every line of the pattern is a line of the text, in
 * order; `<id>` and `<age>` stand for a word, `<…>` for anything, blanks for blanks. Returns what is missing; "" when
 * nothing is.
 */
export function printsLike(pattern: string, printed: string): string {
  const lines = printed.split(/[\r\n]+/);
  let at = 0;
  for (const wanted of pattern.trimEnd().split("\n")) {
    const expression = lineExpression(wanted);
    const found = lines.findIndex((line, index) => index >= at && expression.test(line));
    if (found < 0) return `no line "${wanted}" in:\n${printed}`;
    at = found + 1;
  }
  return "";
}

function lineExpression(line: string): RegExp {
  const words = line.trim().split(/\s+/);
  const source = words.map((word) =>
    word
      .split(/(<\w+>|<…>)/)
      .map((part) => (part === "<…>" ? ".*" : /^<\w+>$/.test(part) ? "\\S+" : escaped(part)))
      .join(""),
  );
  return new RegExp(`^\\s*${source.join("\\s+")}\\s*$`);
}

const escaped = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
