import { lineLook } from "../chart/index.ts";

/** One colour per service of a trace, in the order of their names: the same trace looks the same every time. */
export function serviceColours(services: readonly string[], dark: boolean): ReadonlyMap<string, string> {
  return new Map(
    [...new Set(services)].sort().map((service, index) => [service, lineLook(index, dark).colour]),
  );
}
