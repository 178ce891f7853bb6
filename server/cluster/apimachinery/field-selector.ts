import { badRequest } from "./status.ts";

export interface FieldRequirement {
  readonly field: string;
  readonly equal: boolean;
  readonly value: string;
}

export type FieldSelector = readonly FieldRequirement[];

/** Parses the `fieldSelector` query parameter. Follows apimachinery fields.ParseSelector, escapes included. */
export function parseFieldSelector(text: string): FieldSelector {
  return splitUnescaped(text)
    .filter((term) => term !== "")
    .map((term) => {
      const match = /^(.*?)(!=|==|=)(.*)$/s.exec(term);
      if (!match) throw badRequest(`invalid selector: '${text}'; can't understand '${term}'`);
      const [, field = "", operator, value = ""] = match;
      return { field, equal: operator !== "!=", value: value.replace(/\\([\\,=])/g, "$1") };
    });
}

function splitUnescaped(text: string): string[] {
  const terms: string[] = [];
  let current = "";
  for (let index = 0; index < text.length; index++) {
    const character = text[index] ?? "";
    if (character === "\\") {
      current += character + (text[index + 1] ?? "");
      index++;
    } else if (character === ",") {
      terms.push(current);
      current = "";
    } else current += character;
  }
  terms.push(current);
  return terms;
}

/** True when every requirement holds. A field that the kind cannot select by throws BadRequest, as upstream. */
export function matchesFields(selector: FieldSelector, fields: Readonly<Record<string, string>>): boolean {
  return selector.every(({ field, equal, value }) => {
    if (!Object.hasOwn(fields, field)) throw badRequest(`field label not supported: ${field}`);
    return (fields[field] === value) === equal;
  });
}
