/** Letters that may follow a backslash in RE2. */
const ESCAPES = "AbBCdDsSwWzQEpPafnrtvx";

/**
 * What Go's regexp says of an expression it cannot compile; undefined for one it can. RE2 has neither look-around nor
 * back references, which JavaScript has: these are found first. Texts of Go's regexp/syntax; where our own parser is the
 * one that refuses, the piece of the expression that Go would quote may be missing (approximate).
 */
export function regexProblem(expression: string): string | undefined {
  const problem = refusedByRe2(expression) ?? refusedByUs(expression);
  return problem === undefined ? undefined : `error parsing regexp: ${problem}`;
}

function refusedByRe2(expression: string): string | undefined {
  // Classes and escaped backslashes out of the way: signs inside them mean nothing.
  const plain = expression.replaceAll("\\\\", "xx").replace(/(?<!\\)\[(?:\\.|[^\]\\])+\]/g, "x");
  const look = /(?<!\\)\(\?(?:=|!|<=|<!)/.exec(plain);
  if (look) return `invalid or unsupported Perl syntax: \`${look[0].slice(0, 3)}\``;
  for (const [sequence, letter = ""] of plain.matchAll(/\\([A-Za-z1-9])/g))
    if (!ESCAPES.includes(letter)) return `invalid escape sequence: \`${sequence}\``;
  const repeated = /(?:^|(?<!\\)\|)([*+?])|(?<!\\)\(([*+])/.exec(plain);
  if (repeated) return `missing argument to repetition operator: \`${repeated[1] ?? repeated[2]}\``;
  return undefined;
}

function refusedByUs(expression: string): string | undefined {
  try {
    // Inline flags, named groups and the ends of a text are spelt otherwise in JavaScript.
    new RegExp(expression.replace(/\(\?[imsU]+\)/g, "").replaceAll("(?P<", "(?<"));
    return undefined;
  } catch (error) {
    return inGoWords(error instanceof Error ? error.message : "", expression);
  }
}

function inGoWords(message: string, expression: string): string {
  if (/Unterminated group/.test(message)) return `missing closing ): \`${expression}\``;
  if (/Unmatched '\)'/.test(message)) return `unexpected ): \`${expression}\``;
  if (/Unterminated character class/.test(message))
    return `missing closing ]: \`${expression.slice(expression.lastIndexOf("["))}\``;
  if (/Nothing to repeat/.test(message)) return "missing argument to repetition operator";
  if (/Range out of order/.test(message)) return "invalid character class range";
  return "invalid syntax";
}
