import { type CelResult, celEnv, parse, plan } from "@bufbuild/cel";
import { describe, expect, it } from "vitest";
import { parseExpression } from "./parser.ts";
import { result } from "./testing.ts";

/** A tree without the numbers of its nodes, which are each parser's own. */
const shapeOf = (tree: unknown): unknown =>
  JSON.parse(JSON.stringify(tree, (key, value: unknown) => (key === "id" ? undefined : readable(value))));

const readable = (value: unknown) => (typeof value === "bigint" ? `${value}n` : value);

// The same tree, or another that means the same: what another parser of CEL makes of it gives the same result.
describe("reads CEL as another parser does", () => {
  const environment = celEnv();
  const shown = (value: CelResult) => (value instanceof Error ? `error: ${value.message}` : String(value));
  it.each([
    "1 + 2 * 3 - 4 / 2 % 3 == 5 ? 'a' : 'b'",
    "!true || !!false && -(-3) == 3 && --3 == 3",
    "[1, 2, 3,].map(x, x > 1, x * 2) == [4, 6] && [[1], []].all(l, l.size() < 2)",
    "{'a': 1, 'b': {'c': [1u, 0x1F, 1.5e3, .5]}}.b.c[1] == 31",
    "'a\\n\\x41\\u0042\\'' == \"a\\nAB'\" && r'\\n' == '\\\\n' && b'\\xff\\101' == b'\\377A'",
    "'''a 'quoted' line''' == \"a 'quoted' line\" && \"\"\"a\"b\"\"\" == 'a\"b'",
    "true ? (false ? 1 : 2) : true ? 3 : 4",
    "1 < 2 == true && 2 in [1, 2] && 'a' in {'a': 1}",
    "has({'a': 1}.a) && !has({'a': 1}.b) && [1, 1].exists_one(x, x == 2) == false",
    "a.b.c || d[0] && e(f, g.h())",
    "[0, 1, 2].filter(i, i != 1).exists(i, i == 2) && [] == []",
    "-9223372036854775808 < 0 && 1.0e-3 > 0.0 && b\"\" == b''",
  ])("%s", (source) => {
    const [ours, theirs] = [parseExpression(source).expr, parse(source).expr];
    const variables = { a: null, d: null, e: null, f: null, g: null };
    expect(shown(plan(environment, ours)(variables))).toBe(shown(plan(environment, theirs)(variables)));
    expect(shapeOf(ours)).toEqual(shapeOf(theirs));
  });
});

describe("optional values", () => {
  // Results as in cel-go's own tests of cel.OptionalTypes and ext.TwoVarComprehensions.
  it.each([
    "{'a': 1}.?a.value() == 1 && !{'a': 1}.?b.hasValue() && {}.?a.orValue(2) == 2",
    "{'a': {'b': {'c': 3}}}.?a.b.c.value() == 3 && !{'a': {}}.?a.b.c.hasValue()",
    "[1, 2][?1].value() == 2 && ![1, 2][?2].hasValue() && {'a-b': 1}[?'a-b'].orValue(0) == 1",
    "{'a': 1}.?b.or({'a': 1}.?a).value() == 1 && optional.none().orValue('x') == 'x'",
    "{'a': 1}.?a.orValue({}.nothing) == 1",
    "optional.of(2).optMap(x, x * 2).value() == 4 && !optional.none().optMap(x, x * 2).hasValue()",
    "{'a': {'b': 1}}.?a.optFlatMap(a, a.?b).value() == 1 && !{'a': {}}.?a.optFlatMap(a, a.?b).hasValue()",
    "optional.ofNonZeroValue('') == optional.none() && optional.ofNonZeroValue([1]).value() == [1]",
    "[1, ?{'a': 2}.?a, ?{}.?a] == [1, 2] && {'k': 1, ?'l': {}.?a, ?'m': optional.of(3)} == {'k': 1, 'm': 3}",
    "optional.unwrap([optional.of(1), optional.none()]) == [1] && [optional.of(1)].unwrapOpt() == [1]",
    "[1, 2].first().value() == 1 && [1, 2].last().value() == 2 && ![].first().hasValue()",
    "has({'a': {'b': 1}}.?a.b) && !has({'a': {}}.?a.b) && optional.of(null).hasValue()",
    "[5, 6].all(i, v, v == i + 5) && {'a': 1}.all(k, v, k == 'a' && v == 1) && ![1].all(i, v, i > 0)",
    "['x', 'y'].exists(i, v, i == 1 && v == 'y') && ['x', 'y'].existsOne(i, v, v == 'x')",
    "[1, 2, 3].transformList(i, v, i * v) == [0, 2, 6] && [1, 2].transformList(i, v, v > 1, i) == [1]",
    "{'a': 1, 'b': 2}.transformMap(k, v, v * 10) == {'a': 10, 'b': 20} && [7].transformMap(i, v, v) == {0: 7}",
    "{'a': 1, 'b': 2}.transformMap(k, v, v > 1, k) == {'b': 'b'}",
    "['a', 'b'].transformMapEntry(i, v, {v: i}) == {'a': 0, 'b': 1}",
    "[[1], [2]].all(i, v, v.all(j, w, w == i + 1 && j == 0))",
  ])("%s", (rule) => {
    expect(result(rule)).toBe(true);
  });

  it("fails as cel-go does", () => {
    expect([
      result("{}.?a.value() == 1"),
      result("['a', 'a'].transformMapEntry(i, v, {v: i}).size() == 1"),
      result("'text'.?a.hasValue()"),
      result("{'a': 1}.hasValue()"),
      result("['a'].all(i, i, true)"),
      result("self.?nothing.hasValue()", {}, { type: "object", properties: { a: { type: "string" } } }),
    ]).toEqual([
      "error: optional.none() dereference",
      "error: insert failed: key a already exists",
      "error: no such overload",
      "error: no such overload",
      "compilation failed: ERROR: <input>:1:14: duplicate variable name: i\n | ['a'].all(i, i, true)\n | .............^",
      "compilation failed: ERROR: <input>:1:5: undefined field 'nothing'\n | self.?nothing.hasValue()\n | ....^",
    ]);
  });
});

describe("syntax errors", () => {
  const START =
    "{'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}";
  // Words and places as in cel-go's parser tests.
  it.each([
    ["self.a >", `1:9: Syntax error: mismatched input '<EOF>' expecting ${START}`],
    ["", `1:1: Syntax error: mismatched input '<EOF>' expecting ${START}`],
    ["1 + + 2", `1:5: Syntax error: mismatched input '+' expecting ${START}`],
    ["a | b", "1:3: Syntax error: token recognition error at: '| '"],
    ["a = 1", "1:3: Syntax error: token recognition error at: '= '"],
    ["(1 + 2", "1:7: Syntax error: missing ')' at '<EOF>'"],
    ["a b", "1:3: Syntax error: extraneous input 'b' expecting <EOF>"],
    ["a b c", "1:3: Syntax error: mismatched input 'b' expecting <EOF>"],
    ["true ? 1", "1:9: Syntax error: missing ':' at '<EOF>'"],
    ["while", "1:1: reserved identifier: while"],
    ["9223372036854775808", "1:1: invalid int literal"],
    ["[1].all(2, true)", "1:9: argument must be a simple name"],
    ["has(1)", "1:5: invalid argument to has() macro"],
    ["'open", "1:1: Syntax error: token recognition error at: ''open'"],
    [`${"(".repeat(300)}1${")".repeat(300)}`, "1:251: expression recursion limit exceeded: 250"],
  ])("%s", (source, message) => {
    expect(String(result(source)).split("\n")[0]).toBe(`compilation failed: ERROR: <input>:${message}`);
  });
});
