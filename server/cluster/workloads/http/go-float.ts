/** Go's %g: `%.6g` with a precision, the shortest exact text without. */
export function goFloat(value: number, precision?: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
  if (value === 0) return "0";
  const scientific = precision === undefined ? value.toExponential() : value.toExponential(precision - 1);
  const [mantissa = "", power = "0"] = scientific.split("e");
  const exponent = Number(power);
  if (exponent < -4 || exponent >= (precision ?? 21)) {
    const digits = Math.abs(exponent) < 10 ? `0${Math.abs(exponent)}` : String(Math.abs(exponent));
    return `${withoutZeros(mantissa)}e${exponent < 0 ? "-" : "+"}${digits}`;
  }
  if (precision === undefined) return String(value);
  return withoutZeros(value.toFixed(Math.max(0, precision - 1 - exponent)));
}

const withoutZeros = (text: string) => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);
