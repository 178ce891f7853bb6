import { describe, expect, it } from "vitest";
import { parseSchedule } from "../../apis/index.ts";
import { nextTime } from "./schedule.ts";

const at = (text: string) => Date.parse(text);
const following = (schedule: string, from: string, zone?: string) => {
  const found = nextTime(parseSchedule(schedule), at(from), zone);
  return found === undefined ? undefined : new Date(found).toISOString();
};

describe("the next time of a schedule", () => {
  it.each([
    ["*/5 * * * *", "2026-01-01T00:02:30Z", "2026-01-01T00:05:00.000Z"],
    ["*/5 * * * *", "2026-01-01T00:05:00Z", "2026-01-01T00:10:00.000Z"],
    ["@hourly", "2026-12-31T23:30:00Z", "2027-01-01T00:00:00.000Z"],
    ["30 6 * * mon-fri", "2026-01-02T07:00:00Z", "2026-01-05T06:30:00.000Z"],
    ["0 0 13 * fri", "2026-01-01T00:00:00Z", "2026-01-02T00:00:00.000Z"],
    ["0 0 29 feb *", "2026-01-01T00:00:00Z", "2028-02-29T00:00:00.000Z"],
    ["0 0 31 2 *", "2026-01-01T00:00:00Z", undefined],
  ])("%s after %s is %s", (schedule, from, next) => {
    expect(following(schedule, from)).toBe(next);
  });

  it("is told by the clocks of its zone", () => {
    expect(following("0 9 * * *", "2026-01-01T00:00:00Z", "Asia/Tokyo")).toBe("2026-01-02T00:00:00.000Z");
    expect(following("0 9 * * *", "2026-07-01T00:00:00Z", "Europe/Berlin")).toBe("2026-07-01T07:00:00.000Z");
    expect(() => following("0 9 * * *", "2026-01-01T00:00:00Z", "Mars/Base")).toThrow(
      "unknown time zone Mars/Base",
    );
  });
});

it.each([
  ["* * * *", "expected exactly 5 fields, found 4: [* * * *]"],
  ["61 * * * *", "end of range (61) above maximum (59): 61"],
  ["x * * * *", 'failed to parse int from x: strconv.Atoi: parsing "x": invalid syntax'],
  ["5-1 * * * *", "beginning of range (5) beyond end of range (1): 5-1"],
])("%s is refused", (schedule, message) => {
  expect(() => parseSchedule(schedule)).toThrow(message);
});
