// Cron schedules as robfig/cron's standard parser reads them: five fields, names, steps, and the @ shorthands.

export interface CronSchedule {
  readonly minutes: ReadonlySet<number>;
  readonly hours: ReadonlySet<number>;
  readonly days: ReadonlySet<number>;
  readonly months: ReadonlySet<number>;
  readonly weekdays: ReadonlySet<number>;
  /** `@every 5m`: the fields do not count. */
  readonly everyMs?: number;
  /** When both day fields are restricted, either is enough. */
  readonly eitherDay: boolean;
}

export class ScheduleError extends Error {}

const SHORTHANDS: Readonly<Record<string, string>> = {
  "@yearly": "0 0 1 1 *",
  "@annually": "0 0 1 1 *",
  "@monthly": "0 0 1 * *",
  "@weekly": "0 0 * * 0",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@hourly": "0 * * * *",
};

const MONTH_NAMES = "jan feb mar apr may jun jul aug sep oct nov dec".split(" ");
const DAY_NAMES = "sun mon tue wed thu fri sat".split(" ");

export function parseSchedule(text: string): CronSchedule {
  if (/TZ=/.test(text))
    throw new ScheduleError("cannot use TZ or CRON_TZ in schedule, use timeZone field instead");
  if (text.startsWith("@every ")) return { ...parseSchedule("* * * * *"), everyMs: everyMs(text) };
  if (text.startsWith("@") && !SHORTHANDS[text.trim()])
    throw new ScheduleError(`unrecognized descriptor: ${text}`);
  const fields = (SHORTHANDS[text.trim()] ?? text).trim().split(/\s+/);
  if (fields.length !== 5)
    throw new ScheduleError(`expected exactly 5 fields, found ${fields.length}: [${fields.join(" ")}]`);
  const [minute = "", hour = "", day = "", month = "", weekday = ""] = fields;
  return {
    minutes: valuesOf(minute, { least: 0, most: 59 }),
    hours: valuesOf(hour, { least: 0, most: 23 }),
    days: valuesOf(day, { least: 1, most: 31 }),
    months: valuesOf(month, { least: 1, most: 12, names: MONTH_NAMES, firstName: 1 }),
    weekdays: valuesOf(weekday, { least: 0, most: 6, names: DAY_NAMES, firstName: 0 }),
    eitherDay: !/^[*?]/.test(day) && !/^[*?]/.test(weekday),
  };
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** Go's durations, rounded down to seconds; shorter ones count as a second. */
function everyMs(text: string): number {
  const duration = text.slice("@every ".length);
  if (!/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(duration)) {
    throw new ScheduleError(
      `failed to parse duration ${text}: time: invalid duration ${JSON.stringify(duration)}`,
    );
  }
  const parts = [...duration.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)];
  const total = parts.reduce((sum, [, amount, unit = ""]) => sum + Number(amount) * (UNITS[unit] ?? 0), 0);
  return Math.max(1_000, Math.floor(total / 1_000) * 1_000);
}

interface Bounds {
  readonly least: number;
  readonly most: number;
  readonly names?: readonly string[];
  readonly firstName?: number;
}

function valuesOf(field: string, bounds: Bounds): ReadonlySet<number> {
  const found = new Set<number>();
  for (const part of field.split(",")) {
    const [range = "", stepText, ...more] = part.split("/");
    if (more.length > 0) throw new ScheduleError(`too many slashes: ${part}`);
    const step = stepText === undefined ? 1 : number(stepText);
    if (step === 0) throw new ScheduleError(`step of range should be a positive number: ${part}`);
    const [first, last] = rangeOf(range, bounds, stepText !== undefined);
    if (first < bounds.least)
      throw new ScheduleError(`beginning of range (${first}) below minimum (${bounds.least}): ${part}`);
    if (last > bounds.most)
      throw new ScheduleError(`end of range (${last}) above maximum (${bounds.most}): ${part}`);
    if (first > last)
      throw new ScheduleError(`beginning of range (${first}) beyond end of range (${last}): ${part}`);
    for (let value = first; value <= last; value += step) found.add(value);
  }
  return found;
}

function rangeOf(range: string, bounds: Bounds, stepped: boolean): [number, number] {
  if (range === "*" || range === "?") return [bounds.least, bounds.most];
  const [first = "", last, ...more] = range.split("-");
  if (more.length > 0) throw new ScheduleError(`too many hyphens: ${range}`);
  const start = named(first, bounds);
  if (last !== undefined) return [start, named(last, bounds)];
  return [start, stepped ? bounds.most : start];
}

function named(text: string, { names = [], firstName = 0 }: Bounds): number {
  const index = names.indexOf(text.toLowerCase());
  return index < 0 ? number(text) : index + firstName;
}

function number(text: string): number {
  if (!/^\d+$/.test(text))
    throw new ScheduleError(
      `failed to parse int from ${text}: strconv.Atoi: parsing "${text}": invalid syntax`,
    );
  return Number(text);
}

/** Why a zone's name is none; undefined when it is one. */
export function timeZoneProblem(timeZone: string): string | undefined {
  try {
    new Intl.DateTimeFormat("en-US", { timeZone });
    return undefined;
  } catch {
    return `unknown time zone ${timeZone}`;
  }
}
