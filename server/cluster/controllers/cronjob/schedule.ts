// Cron schedules as robfig/cron's standard parser reads them: five fields, names, steps, and the @ shorthands.

export interface CronSchedule {
  readonly minutes: ReadonlySet<number>;
  readonly hours: ReadonlySet<number>;
  readonly days: ReadonlySet<number>;
  readonly months: ReadonlySet<number>;
  readonly weekdays: ReadonlySet<number>;
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

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** A schedule that names no day of the next five years names none (robfig/cron does the same). */
const HORIZON_DAYS = 5 * 366;

/** The first time after a moment, in milliseconds; undefined when there is none. */
export function nextTime(schedule: CronSchedule, after: number, timeZone?: string): number | undefined {
  const shift = offsetAt(after, timeZone);
  const from = Math.floor((after + shift) / MINUTE_MS) * MINUTE_MS + MINUTE_MS;
  const firstDay = Math.floor(from / DAY_MS) * DAY_MS;
  for (let day = 0; day < HORIZON_DAYS; day++) {
    const midnight = firstDay + day * DAY_MS;
    if (!fitsDay(schedule, new Date(midnight))) continue;
    for (const hour of [...schedule.hours].sort(ascending))
      for (const minute of [...schedule.minutes].sort(ascending)) {
        const local = midnight + hour * 3_600_000 + minute * MINUTE_MS;
        if (local >= from) return local - offsetAt(local - shift, timeZone);
      }
  }
  return undefined;
}

const ascending = (a: number, b: number) => a - b;

function fitsDay({ days, weekdays, months, eitherDay }: CronSchedule, at: Date): boolean {
  if (!months.has(at.getUTCMonth() + 1)) return false;
  const [day, weekday] = [days.has(at.getUTCDate()), weekdays.has(at.getUTCDay())];
  return eitherDay ? day || weekday : day && weekday;
}

/** Milliseconds that a zone's clocks are ahead of UTC. Throws ScheduleError for a zone that is not known. */
function offsetAt(ms: number, timeZone: string | undefined): number {
  if (!timeZone || timeZone === "UTC" || timeZone === "Etc/UTC") return 0;
  try {
    const parts = new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "longOffset" }).formatToParts(
      new Date(ms),
    );
    const name = parts.find(({ type }) => type === "timeZoneName")?.value ?? "GMT";
    const [, sign = "+", hours = "0", minutes = "0"] = /GMT([+-])(\d+):(\d+)/.exec(name) ?? [];
    return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * MINUTE_MS;
  } catch (error) {
    throw new ScheduleError(`unknown time zone ${timeZone}`, { cause: error });
  }
}
