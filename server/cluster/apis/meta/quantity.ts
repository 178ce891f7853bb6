// Quantities ("500m", "1Gi") as apimachinery api/resource writes and compares them. Exact in thousandths, in BigInt.

const QUANTITY = /^([+-]?)(\d*)(?:\.(\d*))?(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei|n|u|[eE][+-]?\d+)?$/;
const DECIMAL = ["", "k", "M", "G", "T", "P", "E"];
const BINARY = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];

/** Thousandths of the unit, rounded up as upstream does below a milli; undefined when not a quantity. */
export function quantityMilli(text: string): bigint | undefined {
  const match = QUANTITY.exec(text);
  if (!match) return undefined;
  const [, sign, whole = "", fraction = "", suffix = ""] = match;
  if (whole === "" && fraction === "") return undefined;
  const digits = BigInt(`${whole}${fraction}`);
  const [multiplier, divisor] = scaleOf(suffix);
  const numerator = digits * multiplier * 1000n;
  const denominator = divisor * 10n ** BigInt(fraction.length);
  const magnitude = (numerator + denominator - 1n) / denominator;
  return sign === "-" ? -magnitude : magnitude;
}

function scaleOf(suffix: string): readonly [bigint, bigint] {
  if (suffix === "m") return [1n, 1000n];
  if (suffix === "u") return [1n, 1_000_000n];
  if (suffix === "n") return [1n, 1_000_000_000n];
  const binary = BINARY.indexOf(suffix);
  if (binary > 0) return [1024n ** BigInt(binary), 1n];
  const decimal = DECIMAL.indexOf(suffix);
  if (decimal >= 0) return [1000n ** BigInt(decimal), 1n];
  // Bounded: an exponent larger than E has no meaning here.
  const exponent = Math.max(-9, Math.min(18, Number.parseInt(suffix.slice(1), 10)));
  return exponent >= 0 ? [10n ** BigInt(exponent), 1n] : [1n, 10n ** BigInt(-exponent)];
}

/** The canonical form that the API server gives back: `1000m` is `1`, `0.5` is `500m`, `2048Mi` is `2Gi`. */
export function canonicalQuantity(text: string): string {
  const milli = quantityMilli(text);
  if (milli === undefined) return text;
  if (milli % 1000n !== 0n && isBinary(text)) return text;
  return formatMilli(milli, isBinary(text));
}

function isBinary(text: string): boolean {
  return text.endsWith("i");
}

function formatMilli(milli: bigint, binary: boolean): string {
  if (milli === 0n) return "0";
  if (milli % 1000n !== 0n) return `${milli}m`;
  const value = milli / 1000n;
  const [base, suffixes] = binary ? ([1024n, BINARY] as const) : ([1000n, DECIMAL] as const);
  let rest = value;
  let step = 0;
  while (rest % base === 0n && step < suffixes.length - 1) {
    rest /= base;
    step++;
  }
  return `${rest}${suffixes[step]}`;
}

/** The sum in the first one's format, or the second one's when the first is zero. Follows Quantity.Add. */
export function addQuantities(first: string, second: string): string {
  const [one, two] = [quantityMilli(first) ?? 0n, quantityMilli(second) ?? 0n];
  return formatMilli(one + two, isBinary(one === 0n ? second : first));
}

/** Canonical copies of the named quantity maps; numbers, as YAML may have them, become text. */
export function canonicalQuantities(
  holder: object | undefined,
  keys: readonly string[],
): Record<string, Record<string, string>> {
  const result: Record<string, Record<string, string>> = {};
  for (const key of keys) {
    const map: unknown = holder && Reflect.get(holder, key);
    if (typeof map !== "object" || map === null) continue;
    result[key] = Object.fromEntries(
      Object.entries(map).map(([name, value]) => [name, canonicalQuantity(String(value))]),
    );
  }
  return result;
}
