import { type CelFunc, type CelMap, CelScalar, celFunc, celMethod, listType, mapType } from "@bufbuild/cel";
import { OPAQUE, opaque, textOf } from "./opaque.ts";

// Follows apiserver pkg/cel/library/regex.go and urls.go.

const { BOOL, INT, STRING } = CelScalar;
const TYPE = "url";

/** Go's expressions and JavaScript's agree on what rules use. */
function matches(text: string, pattern: string): string[] {
  return Array.from(text.matchAll(new RegExp(pattern, "gu")), ([found]) => found);
}

/** Absolute, or a path with a leading slash; as Go's url.ParseRequestURI. */
function urlOf(text: string): URL | undefined {
  if (!/^([a-zA-Z][a-zA-Z0-9+.-]*:|\/)/.test(text) || /\s/.test(text)) return undefined;
  return URL.canParse(text, "relative://") ? new URL(text, "relative://") : undefined;
}

function partsOf(value: CelMap): URL {
  const url = urlOf(textOf(TYPE, value));
  if (!url) throw new Error("no such overload");
  return url;
}

function make(text: string) {
  if (!urlOf(text))
    throw new Error(
      `URL parse error during conversion from string: parse "${text}": invalid URI for request`,
    );
  return opaque(TYPE, text);
}

const part = (name: string, read: (url: URL, text: string) => string) =>
  celMethod(name, OPAQUE, [], STRING, function () {
    return read(partsOf(this), textOf(TYPE, this));
  });

/** The host as it was written: a browser's URL drops a scheme's own port. */
function hostOf(_url: URL, text: string): string {
  return /^[a-zA-Z][a-zA-Z0-9+.-]*:\/\/(?:[^/?#]*@)?([^/?#]*)/.exec(text)?.[1] ?? "";
}

export const textFunctions: readonly CelFunc[] = [
  celMethod("find", STRING, [STRING], STRING, function (pattern) {
    return matches(this, pattern)[0] ?? "";
  }),
  celMethod("findAll", STRING, [STRING], listType(STRING), function (pattern) {
    return matches(this, pattern);
  }),
  celMethod("findAll", STRING, [STRING, INT], listType(STRING), function (pattern, most) {
    const found = matches(this, pattern);
    return most < 0n ? found : found.slice(0, Number(most));
  }),
  celFunc("url", [STRING], OPAQUE, make),
  celFunc("isURL", [STRING], BOOL, (text) => urlOf(text) !== undefined),
  part("getScheme", (url) => (url.protocol === "relative:" ? "" : url.protocol.slice(0, -1))),
  part("getHost", hostOf),
  part("getHostname", (url, text) =>
    hostOf(url, text)
      .replace(/:\d*$/, "")
      .replace(/^\[|\]$/g, ""),
  ),
  part("getPort", (url, text) => /:(\d+)$/.exec(hostOf(url, text))?.[1] ?? ""),
  part("getEscapedPath", ({ pathname }, text) =>
    pathname === "/" && !/[^:/]\/|^\//.test(text) ? "" : pathname,
  ),
  celMethod("getQuery", OPAQUE, [], mapType(STRING, listType(STRING)), function () {
    const { searchParams } = partsOf(this);
    return new Map([...new Set(searchParams.keys())].map((key) => [key, searchParams.getAll(key)]));
  }),
];
