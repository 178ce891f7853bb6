/** Milliseconds of a protobuf Duration in JSON (`10s`, `0.025s`); undefined when absent. */
export function milliseconds(duration: string | undefined): number | undefined {
  if (duration === undefined) return undefined;
  const value = Number.parseFloat(duration);
  return Number.isFinite(value) ? value * 1000 : undefined;
}
