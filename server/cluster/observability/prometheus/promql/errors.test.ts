// Texts that are no queries, and what Prometheus 2.48 says of them. Messages follow promql/parser (parse_test.go has most).
import { describe, expect, it } from "vitest";
import { MAX_EXPRESSION_DEPTH } from "../limits.ts";
import { QueryError } from "./ast.ts";
import { parse } from "./parse.ts";

function refusal(text: string): string {
  try {
    parse(text);
    return "accepted";
  } catch (error) {
    if (error instanceof QueryError) return error.message;
    throw error;
  }
}

describe("PromQL's refusals", () => {
  it.each<[string, string]>([
    ["", "unknown position: parse error: no expression found in input"],
    ["# just a comment", "unknown position: parse error: no expression found in input"],
    ["1+", "1:3: parse error: unexpected end of input"],
    [".", "1:1: parse error: unexpected character: '.'"],
    ["2.5.", "1:4: parse error: unexpected character: '.'"],
    ["100..4", '1:5: parse error: unexpected number ".4"'],
    ["0deadbeef", '1:1: parse error: bad number or duration syntax: "0de"'],
    ["*1", "1:1: parse error: unexpected <op:*>"],
    ["(1))", "1:4: parse error: unexpected right parenthesis ')'"],
    ["((1)", "1:5: parse error: unclosed left parenthesis"],
    ["(", "1:2: parse error: unclosed left parenthesis"],
    ["1 !~ 1", "1:3: parse error: unexpected character after '!': '~'"],
    ["1 =~ 1", "1:3: parse error: unexpected character after '=': '~'"],
    ["1 and 1", '1:1: parse error: set operator "and" not allowed in binary scalar expression'],
    ["foo and 1", '1:1: parse error: set operator "and" not allowed in binary scalar expression'],
    ["1 == 1", "1:3: parse error: comparisons between scalars must use BOOL modifier"],
    ["1 + bool 2", "1:3: parse error: bool modifier can only be used on comparison operators"],
    [
      '-"string"',
      '1:1: parse error: unary expression only allowed on expressions of type scalar or instant vector, got "string"',
    ],
    ["foo or on(bar) group_left(baz) bar", '1:1: parse error: no grouping allowed for "or" operation'],
    ["a - on(b) ignoring(c) d", "1:11: parse error: unexpected <ignoring>"],
    [
      "a + on(b) group_left(b) c",
      '1:3: parse error: label "b" must not occur in ON and GROUP clause at once',
    ],
    ["foo == on(bar) 10", "1:1: parse error: vector matching only allowed between instant vectors"],
    ["foo{", "1:5: parse error: unexpected end of input inside braces"],
    ["foo}", "1:4: parse error: unexpected character: '}'"],
    ["foo{a=b}", '1:7: parse error: unexpected identifier "b" in label matching, expected string'],
    ['foo{a:b="b"}', "1:6: parse error: unexpected character inside braces: ':'"],
    [
      "foo{gibberish}",
      '1:14: parse error: unexpected "}" in label matching, expected label matching operator',
    ],
    [
      'foo{a="b" c="d"}',
      '1:11: parse error: unexpected identifier "c" in label matching, expected "," or "}"',
    ],
    ['foo{__name__="bar"}', '1:1: parse error: metric name must not be set twice: "foo" or "bar"'],
    ['{x=""}', "1:1: parse error: vector selector must contain at least one non-empty matcher"],
    ['{x!="x"}', "1:1: parse error: vector selector must contain at least one non-empty matcher"],
    ['foo{a="b}', "1:7: parse error: unterminated quoted string"],
    ["foo[5mm]", '1:5: parse error: bad duration syntax: "5mm"'],
    ["foo[5m1]", '1:5: parse error: bad duration syntax: "5m1"'],
    ["foo[5m:1m1]", '1:8: parse error: bad number or duration syntax: "1m1"'],
    ["foo[5m", "1:7: parse error: unclosed left bracket"],
    ["foo offset", "1:11: parse error: unexpected end of input in offset, expected duration"],
    ["foo OFFSET 1m[5m]", "1:14: parse error: no offset modifiers allowed before range"],
    ["(foo + bar)[5m]", "1:12: parse error: ranges only allowed for vector selectors"],
    ["(foo@)", '1:6: parse error: unexpected ")" in @, expected timestamp'],
    ["foo[5m:][1m]", "1:9: parse error: ranges only allowed for vector selectors"],
    ["rate(foo[5m])[5m]", "1:14: parse error: ranges only allowed for vector selectors"],
    ["foo[5m][5m:]", "1:1: parse error: subquery is only allowed on instant vector, got matrix instead"],
    ["sum without(==)(foo)", "1:13: parse error: unexpected <op:==> in grouping opts, expected label"],
    [
      "sum by(a b)(foo)",
      '1:10: parse error: unexpected identifier "b" in grouping opts, expected "," or ")"',
    ],
    ["sum by foo", '1:8: parse error: unexpected identifier "foo" in grouping opts, expected "("'],
    ["sum by(test)", "1:13: parse error: unexpected end of input in aggregation"],
    ["sum(foo) without (a) by (b)", "1:22: parse error: unexpected <by>"],
    ["sum(foo bar)", '1:9: parse error: unexpected identifier "bar" in aggregation'],
    ["sum()", "1:1: parse error: no arguments for aggregate expression provided"],
    [
      "topk(foo)",
      "1:1: parse error: wrong number of arguments for aggregate expression provided, expected 2, got 1",
    ],
    ["topk(foo, bar)", "1:6: parse error: expected type scalar in aggregation parameter, got instant vector"],
    ["count_values(5, foo)", "1:14: parse error: expected type string in aggregation parameter, got scalar"],
    ["sum(1)", "1:5: parse error: expected type instant vector in aggregation expression, got scalar"],
    ["floor()", '1:1: parse error: expected 1 argument(s) in call to "floor", got 0'],
    ["hour(foo, foo)", '1:1: parse error: expected at most 1 argument(s) in call to "hour", got 2'],
    ["label_join()", '1:1: parse error: expected at least 3 argument(s) in call to "label_join", got 0'],
    [
      "1 + floor(1)",
      '1:11: parse error: expected type instant vector in call to function "floor", got scalar',
    ],
    [
      "rate(foo)",
      '1:6: parse error: expected type range vector in call to function "rate", got instant vector',
    ],
    ["no_such_function(foo)", '1:1: parse error: unknown function with name "no_such_function"'],
    ["rate(foo[5m],)", "1:13: parse error: trailing commas not allowed in function call args"],
    [
      "up\n  and\n  rate(foo)",
      '3:8: parse error: expected type range vector in call to function "rate", got instant vector',
    ],
    ['foo{a=~"("}', "1:1: parse error: error parsing regexp: missing closing ): `(`"],
    [
      `${"(".repeat(MAX_EXPRESSION_DEPTH + 2)}1${")".repeat(MAX_EXPRESSION_DEPTH + 2)}`,
      "expression is nested too deeply",
    ],
  ])("%s", (text, message) => {
    expect(refusal(text)).toBe(message);
  });

  it.each([
    "foo # comment",
    'foo{a="b",}',
    "{__name__=~'a.+'}",
    "sum without () (foo)",
    "sum(foo) by (a,)",
    "foo offset -5m @ 1.5",
    "foo[5m] @ end() offset 1h30m",
    "max_over_time(rate(foo[5m])[1h:] offset 1m)",
    "a == bool on (x, y) group_right (z) b",
    "-foo ^ 2 atan2 bar",
    "a_b:c",
    'label_join(foo, "a", "-")',
    "0x1F + 1e3 + Inf + nan + 1_000",
  ])("accepts %s", (text) => {
    expect(refusal(text)).toBe("accepted");
  });
});
