import { type CronSchedule, ScheduleError } from "../../apis/index.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** A schedule that names no day of the next five years names none (robfig/cron does the same). */
const HORIZON_DAYS = 5 * 366;

/** The first time after a moment, in milliseconds; undefined when there is none. */
export function nextTime(schedule: CronSchedule, after: number, timeZone?: string): number | undefined {
  if (schedule.everyMs) return Math.floor(after / 1_000) * 1_000 + schedule.everyMs;
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
