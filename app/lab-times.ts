import type { LabTime } from "../server/contracts/index.ts";
import { database } from "../server/platform/db/index.ts";

/** By lab: what learners of this installation needed, where enough of them have finished it. */
export async function labTimes(): Promise<Readonly<Record<string, LabTime>>> {
  const times = await (await database()).labTimes.all();
  return Object.fromEntries(times.map(({ lab, minutes, learners }) => [lab, { minutes, learners }]));
}
