import {
  type CelFunc,
  CelScalar,
  type CelValue,
  celMethod,
  isCelList,
  isCelMap,
  isCelUint,
  listType,
} from "@bufbuild/cel";

const { DYN, STRING } = CelScalar;
const SPECIFIER = /%%|%(?:\.\d+)?[sdfeboxX]/g;

/** `"%s has %d".format([…])`, as cel-go's strings extension: the one at hand does not know whole numbers for %d. */
export const formatFunction: CelFunc = celMethod(
  "format",
  STRING,
  [listType(DYN)],
  STRING,
  function (values) {
    const given = [...values];
    let next = 0;
    const text = this.replace(SPECIFIER, (specifier) => {
      if (specifier === "%%") return "%";
      const value = given[next++];
      if (value === undefined) throw new Error(`index ${next - 1} out of range`);
      const digits = /\d+/.exec(specifier)?.[0];
      return formatted(value, specifier.slice(-1), digits === undefined ? 6 : Number(digits));
    });
    return text;
  },
);

function formatted(value: CelValue, verb: string, digits: number): string {
  const number = isCelUint(value) ? value.value : value;
  const wrong = () => new Error(`error during formatting: %${verb} cannot format this type`);
  switch (verb) {
    case "s":
      return shown(value);
    case "d":
      if (typeof number !== "bigint" && typeof number !== "number") throw wrong();
      return String(number);
    case "f":
    case "e": {
      if (typeof number !== "bigint" && typeof number !== "number") throw wrong();
      const exact = verb === "f" ? Number(number).toFixed(digits) : Number(number).toExponential(digits);
      return exact.replace(/e([+-])(\d)$/, "e$10$2");
    }
    case "b":
      if (typeof number === "boolean") return number ? "1" : "0";
      if (typeof number !== "bigint") throw wrong();
      return number.toString(2);
    case "o":
      if (typeof number !== "bigint") throw wrong();
      return number.toString(8);
    default: {
      const hex = typeof number === "string" ? Buffer.from(number).toString("hex") : undefined;
      if (hex === undefined && typeof number !== "bigint") throw wrong();
      const text = hex ?? (typeof number === "bigint" ? number.toString(16) : "");
      return verb === "X" ? text.toUpperCase() : text;
    }
  }
}

/** A value as %s shows it. */
function shown(value: CelValue): string {
  if (typeof value === "string") return value;
  if (value instanceof Uint8Array) return Buffer.from(value).toString("utf8");
  if (isCelUint(value)) return String(value.value);
  if (isCelList(value)) return `[${[...value].map(shown).join(", ")}]`;
  if (isCelMap(value)) {
    const entries = [...value].map(([key, item]) => `${isCelUint(key) ? key.value : key}: ${shown(item)}`);
    return `{${entries.sort().join(", ")}}`;
  }
  return String(value);
}
