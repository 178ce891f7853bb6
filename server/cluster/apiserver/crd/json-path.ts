import { isArray, isObject } from "../../apimachinery/index.ts";

type Step =
  | { readonly kind: "field"; readonly name: string }
  | { readonly kind: "index"; readonly index: number }
  | { readonly kind: "all" }
  | { readonly kind: "filter"; readonly path: readonly Step[]; readonly equals: string };

const TOKEN =
  /\.([\w/-]+|\*)|\[(-?\d+)\]|\[\*\]|\['([^']+)'\]|\[\?\(@((?:\.[\w/-]+)+)\s*==\s*["']([^"']*)["']\)\]/y;

/** The subset of JSONPath that printer columns use: fields, escaped dots, indexes, wildcards, equality filters. */
export function compileJsonPath(text: string): (object: unknown) => unknown[] {
  const steps = parse(text.replace(/^\{(.*)\}$/s, "$1").replace(/^\$/, ""));
  return (object) =>
    steps.reduce<unknown[]>((values, step) => values.flatMap((value) => take(value, step)), [object]);
}

function parse(text: string): Step[] {
  const escaped = text.replaceAll("\\.", "\uE000");
  // A name with an escaped dot is written out, so that the token pattern need not know of it.
  const plain = escaped.replace(
    /\.([^.[\]]*\uE000[^.[\]]*)/g,
    (_, name: string) => `['${name.replaceAll("\uE000", ".")}']`,
  );
  const steps: Step[] = [];
  // A filter's path is parsed while its own text is: each needs its place.
  const token = new RegExp(TOKEN);
  while (token.lastIndex < plain.length) {
    const match = token.exec(plain);
    if (!match) return [{ kind: "field", name: "\uE000unsupported" }];
    const [whole, name, index, quoted, filter, equals] = match;
    if (filter !== undefined) steps.push({ kind: "filter", path: parse(filter), equals: equals ?? "" });
    else if (index !== undefined) steps.push({ kind: "index", index: Number(index) });
    else if (whole === "[*]" || name === "*") steps.push({ kind: "all" });
    else steps.push({ kind: "field", name: quoted ?? name ?? "" });
  }
  return steps;
}

function take(value: unknown, step: Step): unknown[] {
  switch (step.kind) {
    case "field":
      return isObject(value) && Object.hasOwn(value, step.name) ? [value[step.name]] : [];
    case "index":
      return isArray(value) && value.length > 0 ? value.slice(step.index).slice(0, 1) : [];
    case "all":
      return isArray(value) ? [...value] : isObject(value) ? Object.values(value) : [];
    case "filter": {
      const matches = (item: unknown) =>
        step.path
          .reduce<unknown[]>((values, part) => values.flatMap((one) => take(one, part)), [item])
          .map(String)[0] === step.equals;
      return isArray(value) ? value.filter(matches) : [];
    }
  }
}

/** As Go's jsonpath prints results: strings bare, everything else as JSON, several with spaces between. */
export function printResults(results: readonly unknown[]): string {
  return results
    .map((item) => (typeof item === "string" ? item : item === null ? "<nil>" : JSON.stringify(item)))
    .join(" ");
}
