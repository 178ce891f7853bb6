import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anchored } from "./anchored.ts";
import { LinearRegex } from "./linear.ts";
import { parseRegex } from "./syntax.ts";

const linear = (source: string) => new LinearRegex(parseRegex(source), "");

describe("regular expressions", () => {
  it.each<[string, string, boolean]>([
    ["(a+)+", `${"a".repeat(40)}!`, false],
    ["(a|a)*", `${"a".repeat(40)}b`, false],
    ["(.*)(.*)(.*)(.*)(.*)x", "y".repeat(2_000), false],
    ["([a-z]+)*", "abc", true],
    ["(?i)ABC", "abc", true],
    ["(?i)(a|b)+", "AbA", true],
    ["foo|bar", "bar", true],
    ["foo|bar", "foobar", false],
    ["a.c", "a\nc", true],
    ["[[:alpha:]]+[^[:digit:]]", "ab-", true],
    ["\\Qa.b\\E", "a.b", true],
    ["\\x41\\x{42}", "AB", true],
    ["[]a]+", "]a", true],
    ["(foo|ba[rz]){2,3}", "foobarbaz", true],
    ["(foo|ba[rz]){2,3}", "foo", false],
    ["^(a|b)*$", "abab", true],
    ["(\\bfoo\\b|\\Bx)+", "foo", true],
    ["((([0-9]+?)(\\.|$)){4})", "10.42.0.9", true],
    ["", "", true],
  ])("%s against %s", (source, text, matches) => {
    expect(anchored(source).test(text)).toBe(matches);
    const own = source.replace(/^\(\?i\)/, "");
    if (own === source) expect(linear(source).test(text)).toBe(matches);
  });

  it("gives the groups of the preferred way", () => {
    expect(linear("(a+)(a*)").exec("aaa")).toEqual({ 0: "aaa", 1: "aaa", 2: "", groups: {} });
    expect(linear("(a+?)(a*)").exec("aaa")).toEqual({ 0: "aaa", 1: "a", 2: "aa", groups: {} });
    expect(linear("(?P<x>a)|(b)").exec("b")).toEqual({
      0: "b",
      1: undefined,
      2: "b",
      groups: { x: undefined },
    });
    expect(linear("(\\d+);((([0-9]+?)(\\.|$)){4})").exec("15020;10.42.0.9")).toMatchObject({
      1: "15020",
      2: "10.42.0.9",
    });
  });

  it.each([
    ["(", "error parsing regexp: missing closing ): `(`"],
    ["a)", "error parsing regexp: unexpected ): `a)`"],
    ["[a", "error parsing regexp: missing closing ]: `[a`"],
    ["*a", "error parsing regexp: missing argument to repetition operator: `*`"],
    ["a**", "error parsing regexp: invalid nested repetition operator: `a**`"],
    ["(?=a)", "error parsing regexp: invalid or unsupported Perl syntax: `(?=`"],
    ["(a)\\1", "error parsing regexp: invalid escape sequence: `\\1`"],
    ["a{1001}", "error parsing regexp: invalid repeat count: `{1001}`"],
    ["[z-a]", "error parsing regexp: invalid character class range: `[z-a]`"],
    ["\\", "error parsing regexp: trailing backslash at end of expression: ``"],
    ["((a{100}){100}){100}", "error parsing regexp: expression nests or repeats too much"],
  ])("refuses %s", (source, message) => {
    expect(() => linear(source)).toThrow(message);
  });

  it("agrees with JavaScript's engine", () => {
    const piece = fc.constantFrom(
      "a",
      "b",
      ".",
      "[ab]",
      "(a|b)",
      "(?:ab)",
      "a?",
      "b*",
      "(a)+",
      "[^a]{1,2}",
      "(b|ab)??",
    );
    const source = fc.array(piece, { maxLength: 5 }).map((parts) => parts.join(""));
    const text = fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 8 });
    fc.assert(
      fc.property(source, text, (pattern, input) => {
        const theirs = new RegExp(`^(?:${pattern})$`, "s").exec(input);
        const ours = linear(pattern).exec(input);
        expect(ours && { ...ours, groups: undefined }).toEqual(
          theirs && { ...Object.fromEntries(theirs.entries()), groups: undefined },
        );
      }),
      { numRuns: 500, seed: 7 },
    );
  });
});
