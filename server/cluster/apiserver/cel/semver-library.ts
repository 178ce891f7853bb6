import { type CelFunc, type CelMap, CelScalar, celFunc, celMethod } from "@bufbuild/cel";
import { OPAQUE, opaque, textOf } from "./opaque.ts";

// Follows apiserver pkg/cel/library/semverlib.go and semver.org's order.

const { BOOL, INT, STRING } = CelScalar;
const TYPE = "semver";
const PART = "(0|[1-9]\\d*)";
const WORD = "(?:0|[1-9]\\d*|\\d*[A-Za-z-][0-9A-Za-z-]*)";
const SEMVER = new RegExp(
  `^${PART}\\.${PART}\\.${PART}(?:-(${WORD}(?:\\.${WORD})*))?(?:\\+[0-9A-Za-z.-]+)?$`,
);

interface Version {
  readonly numbers: readonly bigint[];
  readonly words: readonly string[];
}

function versionOf(text: string): Version | undefined {
  const match = SEMVER.exec(text);
  if (!match) return undefined;
  const [, major = "0", minor = "0", patch = "0", words = ""] = match;
  return { numbers: [major, minor, patch].map(BigInt), words: words ? words.split(".") : [] };
}

function parsed(text: string): Version {
  const version = versionOf(text);
  if (!version) throw new Error(`invalid semver: ${text}`);
  return version;
}

function compare(one: Version, other: Version): bigint {
  for (const [index, number] of one.numbers.entries()) {
    const against = other.numbers[index] ?? 0n;
    if (number !== against) return number > against ? 1n : -1n;
  }
  // A release comes after its candidates.
  if (one.words.length === 0 || other.words.length === 0) {
    return BigInt(Math.sign(other.words.length - one.words.length));
  }
  for (const [index, word] of one.words.entries()) {
    const against = other.words[index];
    if (against === undefined) return 1n;
    if (word !== against) return compareWords(word, against);
  }
  return one.words.length < other.words.length ? -1n : 0n;
}

function compareWords(one: string, other: string): bigint {
  const [first, second] = [/^\d+$/.test(one), /^\d+$/.test(other)];
  if (first && second) return BigInt(one) > BigInt(other) ? 1n : -1n;
  if (first !== second) return first ? -1n : 1n;
  return one > other ? 1n : -1n;
}

const of = (value: CelMap) => parsed(textOf(TYPE, value));

/** `v1.2` as `1.2.0`, for the second argument `true`. */
function normalized(text: string): string {
  const [, numbers = "", rest = ""] = /^v?([\d.]*)(.*)$/.exec(text) ?? [];
  const parts = numbers.split(".").map((part) => part.replace(/^0+(?=\d)/, ""));
  while (parts.length < 3) parts.push("0");
  return `${parts.join(".")}${rest}`;
}

function make(text: string) {
  parsed(text);
  return opaque(TYPE, text);
}

const number = (name: string, index: number) =>
  celMethod(name, OPAQUE, [], INT, function () {
    return of(this).numbers[index] ?? 0n;
  });

export const semverFunctions: readonly CelFunc[] = [
  celFunc("semver", [STRING], OPAQUE, make),
  celFunc("semver", [STRING, BOOL], OPAQUE, (text, lenient) => make(lenient ? normalized(text) : text)),
  celFunc("isSemver", [STRING], BOOL, (text) => versionOf(text) !== undefined),
  celFunc("isSemver", [STRING, BOOL], BOOL, (text, lenient) =>
    Boolean(versionOf(lenient ? normalized(text) : text)),
  ),
  number("major", 0),
  number("minor", 1),
  number("patch", 2),
];

export const semverOrder = {
  type: TYPE,
  compare: (one: CelMap, other: CelMap) => compare(of(one), of(other)),
};
