export type Unit =
  | "number"
  | "per-second"
  | "ms"
  | "percent"
  | "bytes"
  | "bytes-per-second"
  | "seconds"
  | "count";

const scaled = (value: number, steps: readonly string[], base: number): string => {
  let at = 0;
  let rest = value;
  while (Number.isFinite(rest) && Math.abs(rest) >= base && at < steps.length - 1) {
    rest /= base;
    at += 1;
  }
  return `${short(rest)} ${steps[at] ?? ""}`.trim();
};

/** At most three significant digits after what stands before the point. */
function short(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "–" : value > 0 ? "∞" : "-∞";
  const size = Math.abs(value);
  if (size !== 0 && size < 0.001) return value.toExponential(1);
  const digits = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
  return String(Number(value.toFixed(digits)));
}

export function withUnit(value: number, unit: Unit): string {
  if (Number.isNaN(value)) return "–";
  switch (unit) {
    case "percent":
      return Number.isFinite(value) ? `${short(value * 100)} %` : "–";
    case "per-second":
      return `${short(value)}/s`;
    case "ms":
      return Math.abs(value) >= 1_000 ? `${short(value / 1_000)} s` : `${short(value)} ms`;
    case "seconds":
      return Math.abs(value) < 1 ? `${short(value * 1_000)} ms` : `${short(value)} s`;
    case "bytes":
      return scaled(value, ["B", "KiB", "MiB", "GiB"], 1024);
    case "bytes-per-second":
      return `${scaled(value, ["B", "KiB", "MiB", "GiB"], 1024)}/s`;
    case "number":
    case "count":
      return Math.abs(value) >= 10_000 ? scaled(value, ["", "k", "M", "G", "T"], 1000) : short(value);
  }
}
